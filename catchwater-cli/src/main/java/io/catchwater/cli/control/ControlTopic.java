package io.catchwater.cli.control;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic whose last record of a key counts, read from its beginning and then followed. Used by one thread.
 *
 * @param <T> what it holds
 */
final class ControlTopic<T extends SpecificRecord> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<String, T> consumer;
    private final List<TopicPartition> partitions;
    private final Map<String, T> latest = new LinkedHashMap<>();

    private ControlTopic(Consumer<String, T> consumer, String topic) {
        this.consumer = consumer;
        this.partitions = Deployment.partitions(consumer, topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Opens a topic; one that does not exist yet is an empty one. */
    static <T extends SpecificRecord> ControlTopic<T> open(Deployment deployment, String topic, Class<T> type) {
        Consumer<String, T> consumer = deployment.consumer(type);
        try {
            return new ControlTopic<>(consumer, topic);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Reads up to what was the end when it was called. */
    void readToEnd() {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            poll(POLL);
        }
    }

    /** Reads what has come, waiting for at most a limit when there is nothing. */
    void poll(Duration limit) {
        if (partitions.isEmpty()) {
            return;
        }
        try {
            for (ConsumerRecord<String, T> record : consumer.poll(limit)) {
                remember(record);
            }
        } catch (RecordDeserializationException e) {
            // One that nobody can read must not hide those after it.
            LOG.warn("{}, Kafka offset {}: a record that cannot be read", e.topicPartition(), e.offset(), e);
            consumer.seek(e.topicPartition(), e.offset() + 1);
        }
    }

    /** The last record of each key that was read so far, a live view. */
    Map<String, T> latest() {
        return latest;
    }

    private void remember(ConsumerRecord<String, T> record) {
        if (record.key() == null) {
            return;
        }
        if (record.value() == null) {
            latest.remove(record.key());
        } else {
            latest.put(record.key(), record.value());
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
