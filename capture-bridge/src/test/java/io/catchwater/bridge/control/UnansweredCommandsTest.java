package io.catchwater.bridge.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class UnansweredCommandsTest {

    private static final TopicPartition PARTITION = new TopicPartition("commands", 0);

    private final UnansweredCommands commands = new UnansweredCommands();

    private static Map<TopicPartition, OffsetAndMetadata> at(long kafkaOffset) {
        return Map.of(PARTITION, new OffsetAndMetadata(kafkaOffset));
    }

    @Test
    void whatWasReadIsCommittedUpToTheFirstThatIsNotObeyed() {
        CompletableFuture<Long> first = new CompletableFuture<>();
        CompletableFuture<Long> second = new CompletableFuture<>();
        for (long kafkaOffset = 3; kafkaOffset < 9; kafkaOffset++) {
            commands.read(PARTITION, kafkaOffset);
        }
        commands.add(PARTITION, 5, first);
        commands.add(PARTITION, 7, second);
        assertThat(commands.isEmpty()).isFalse();
        assertThat(commands.toCommit()).isEqualTo(at(5));
        second.complete(1L);
        assertThat(commands.toCommit()).isEmpty();
        first.complete(1L);
        assertThat(commands.toCommit()).isEqualTo(at(9));
        assertThat(commands.isEmpty()).isTrue();
        assertThat(commands.toCommit()).isEmpty();
    }
}
