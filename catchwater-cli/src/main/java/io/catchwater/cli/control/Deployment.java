package io.catchwater.cli.control;

import static java.util.Objects.requireNonNull;

import io.catchwater.schemas.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Where a broker and its schema registry are, and how to speak to them.
 *
 * @param bootstrapServers as Kafka clients take them
 * @param registryUrl of the schema registry
 * @param clientProperties further properties of every Kafka client: TLS, SASL
 */
public record Deployment(String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {

    /** How long a broker may take to answer before it counts as not there, in milliseconds. */
    public static final int ANSWER_LIMIT_MS = 15_000;

    public Deployment {
        requireNonNull(bootstrapServers);
        requireNonNull(registryUrl);
        clientProperties = Map.copyOf(clientProperties);
    }

    /** A client for topics and clusters; the caller closes it. */
    public Admin admin() {
        Properties properties = properties();
        properties.put("default.api.timeout.ms", ANSWER_LIMIT_MS);
        properties.put("request.timeout.ms", ANSWER_LIMIT_MS / 2);
        return Admin.create(properties);
    }

    /** Writes Avro with text keys, acknowledged by all in-sync replicas; the caller closes it. */
    public <T extends SpecificRecord> Producer<String, T> producer() {
        Properties properties = properties();
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("max.block.ms", ANSWER_LIMIT_MS);
        properties.put("delivery.timeout.ms", ANSWER_LIMIT_MS);
        properties.put("request.timeout.ms", ANSWER_LIMIT_MS / 2);
        return new KafkaProducer<>(
                properties, new StringSerializer(), serialization().<T>serializer());
    }

    /** Reads Avro with text keys from a control topic, without a group; the caller closes it. */
    <T extends SpecificRecord> Consumer<String, T> consumer(Class<T> type) {
        Properties properties = properties();
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("isolation.level", "read_committed");
        properties.put("allow.auto.create.topics", false);
        properties.put("default.api.timeout.ms", ANSWER_LIMIT_MS);
        return new KafkaConsumer<>(
                properties, new StringDeserializer(), serialization().deserializer(type));
    }

    /** All partitions of a topic; none when there is no such topic. */
    static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        return found == null
                ? List.of()
                : found.stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
    }

    private Serialization serialization() {
        return new Serialization(registryUrl, clientProperties);
    }

    private Properties properties() {
        Map<String, Object> all = new HashMap<>(clientProperties);
        all.put("bootstrap.servers", bootstrapServers);
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }
}
