package io.catchwater.sink.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a small topic from its beginning. For one thread. */
public final class TopicScan {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Takes a record. */
    public interface Receiver {
        void take(ConsumerRecord<byte[], byte[]> record) throws IOException;
    }

    private TopicScan() {}

    /** Reads everything that is there now. The consumer stays assigned, at the end of the topic. */
    public static void readAll(Consumer<byte[], byte[]> consumer, String topic, Receiver receiver) throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.beginningOffsets(partitions).forEach(consumer::seek);
        while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                receiver.take(record);
            }
        }
    }
}
