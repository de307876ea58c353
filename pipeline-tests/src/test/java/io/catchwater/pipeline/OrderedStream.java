package io.catchwater.pipeline;

import io.catchwater.cli.control.Deployment;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.operation.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A source's ordered stream, read whole: every operation up to an LSN, and the chunks they name. */
record OrderedStream(List<Placed> operations, Map<TopicPartition, Map<Long, Chunk>> chunks) {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** An operation, and where it was found. */
    record Placed(Operation operation, int partition, long kafkaOffset) {}

    /**
     * Reads until each partition has said that it has everything up to an LSN.
     *
     * @throws IllegalStateException when that does not come to pass
     */
    static OrderedStream read(Deployment kafka, String source, int partitions, long lsn) {
        Serialization serialization = new Serialization(kafka.registryUrl(), kafka.clientProperties());
        List<Placed> operations = new ArrayList<>();
        long[] reached = new long[partitions];
        long until = System.nanoTime() + LIMIT.toNanos();
        try (KafkaConsumer<String, Operation> consumer =
                consumer(kafka, serialization.deserializer(Operation.class), Topics.ordered(source), partitions)) {
            while (IntStream.range(0, partitions).anyMatch(partition -> reached[partition] < lsn)) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException("the ordered stream of " + source + " does not reach " + lsn + ": "
                            + java.util.Arrays.toString(reached));
                }
                for (ConsumerRecord<String, Operation> record : consumer.poll(POLL)) {
                    Operation operation = record.value();
                    if (operation.getBody() instanceof Watermark) {
                        reached[record.partition()] = operation.getLsn();
                    } else {
                        operations.add(new Placed(operation, record.partition(), record.offset()));
                    }
                }
            }
        }
        operations.sort(
                Comparator.comparingLong((Placed placed) -> placed.operation().getLsn())
                        .thenComparingInt(Placed::partition)
                        .thenComparingLong(Placed::kafkaOffset));
        return new OrderedStream(operations, chunks(kafka, serialization, source, partitions));
    }

    private static Map<TopicPartition, Map<Long, Chunk>> chunks(
            Deployment kafka, Serialization serialization, String source, int partitions) {
        Map<TopicPartition, Map<Long, Chunk>> chunks = new HashMap<>();
        try (KafkaConsumer<String, Chunk> consumer =
                consumer(kafka, serialization.deserializer(Chunk.class), Topics.chunks(source), partitions)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, Chunk> record : consumer.poll(POLL)) {
                    chunks.computeIfAbsent(
                                    new TopicPartition(record.topic(), record.partition()), key -> new HashMap<>())
                            .put(record.offset(), record.value());
                }
            }
        }
        return chunks;
    }

    private static <T extends SpecificRecord> KafkaConsumer<String, T> consumer(
            Deployment kafka, Deserializer<T> values, String topic, int partitions) {
        Map<String, Object> client = KafkaForTests.client(kafka);
        client.putAll(Map.of(
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "max.partition.fetch.bytes", 4 << 20));
        KafkaConsumer<String, T> consumer = new KafkaConsumer<>(client, new StringDeserializer(), values);
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }
}
