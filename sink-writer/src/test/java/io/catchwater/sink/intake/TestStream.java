package io.catchwater.sink.intake;

import io.catchwater.schemas.Serialization;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;

/** A topic in memory: Kafka's own mock consumer, with records in the real wire format. */
final class TestStream {

    final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Serialization serialization = new Serialization("mock://" + UUID.randomUUID(), Map.of());
    private final String topic;

    TestStream(String topic, int partitions) {
        this.topic = topic;
        for (int i = 0; i < partitions; i++) {
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, i), 0L));
            consumer.updateEndOffsets(Map.of(new TopicPartition(topic, i), 0L));
        }
    }

    <T extends SpecificRecord> RecordReader<T> reader(Class<T> type) {
        return new RecordReader<>(serialization.deserializer(type));
    }

    byte[] bytes(SpecificRecord value) {
        return serialization.<SpecificRecord>serializer().serialize(topic, value);
    }

    /** The partition has to be assigned. */
    void put(int partition, long kafkaOffset, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(topic, partition, kafkaOffset, new byte[0], value));
    }

    void holds(int partition, long beginning, long end) {
        consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, partition), beginning));
        consumer.updateEndOffsets(Map.of(new TopicPartition(topic, partition), end));
    }
}
