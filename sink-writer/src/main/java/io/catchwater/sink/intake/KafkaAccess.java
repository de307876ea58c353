package io.catchwater.sink.intake;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes the clients of one Kafka cluster and one schema registry.
 *
 * @param bootstrapServers as Kafka clients take them
 * @param registryUrl of the schema registry
 * @param clientProperties for every client and for the registry: TLS, SASL, …
 */
public record KafkaAccess(String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {

    private static final int FETCH_BYTES_LIMIT = 8 << 20;
    private static final int RECORDS_PER_POLL = 2000;
    private static final int STATUS_BUFFER_BYTES = 4 << 20;

    public KafkaAccess {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Reads values of one type; for one thread. */
    public Serialization serialization() {
        return new Serialization(registryUrl, clientProperties);
    }

    /** A consumer that is told where to read and never chooses by itself: where there is nothing to read it throws. */
    public Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(reading());
    }

    /**
     * A consumer that shares a topic's partitions with the others of its group, from the beginning on, and keeps its
     * offsets in Kafka when it is told to.
     */
    public Consumer<byte[], byte[]> groupConsumer(String groupId) {
        Map<String, Object> all = reading();
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        return new KafkaConsumer<>(all);
    }

    /** A producer for status and catalog: acknowledged by all replicas, without duplicates. */
    public Producer<String, SpecificRecord> producer() {
        Map<String, Object> all = common();
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, STATUS_BUFFER_BYTES);
        return new KafkaProducer<>(all, new StringSerializer(), serialization().serializer());
    }

    public Admin admin() {
        return Admin.create(common());
    }

    private Map<String, Object> reading() {
        Map<String, Object> all = common();
        all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_LIMIT);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.RECORD_BYTES_LIMIT);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return all;
    }

    private Map<String, Object> common() {
        Map<String, Object> all = new HashMap<>(clientProperties);
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return all;
    }
}
