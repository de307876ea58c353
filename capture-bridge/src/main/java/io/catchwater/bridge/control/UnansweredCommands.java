package io.catchwater.bridge.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Commands that have been read and not yet obeyed, and how far they can be committed. One thread. */
final class UnansweredCommands {

    private final Map<TopicPartition, Deque<Unanswered>> waiting = new HashMap<>();
    private final Map<TopicPartition, Long> readTo = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    private record Unanswered(long kafkaOffset, CompletableFuture<?> answer) {}

    /** A record has been read. */
    void read(TopicPartition partition, long kafkaOffset) {
        readTo.put(partition, kafkaOffset + 1);
    }

    /** The record of a Kafka offset, the highest so far, is obeyed when the answer is there. */
    void add(TopicPartition partition, long kafkaOffset, CompletableFuture<?> answer) {
        waiting.computeIfAbsent(partition, key -> new ArrayDeque<>()).add(new Unanswered(kafkaOffset, answer));
    }

    /** True when none is waited for. */
    boolean isEmpty() {
        return waiting.values().stream().allMatch(Deque::isEmpty);
    }

    /** Positions to be committed: before the first command that is not obeyed. Empty when they have not moved. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        readTo.forEach((partition, end) -> {
            Deque<Unanswered> unanswered = waiting.getOrDefault(partition, new ArrayDeque<>());
            while (!unanswered.isEmpty() && unanswered.peek().answer().isDone()) {
                unanswered.remove();
            }
            long kafkaOffset = unanswered.isEmpty() ? end : unanswered.peek().kafkaOffset();
            OffsetAndMetadata position = new OffsetAndMetadata(kafkaOffset);
            if (!position.equals(committed.put(partition, position))) {
                moved.put(partition, position);
            }
        });
        return moved;
    }
}
