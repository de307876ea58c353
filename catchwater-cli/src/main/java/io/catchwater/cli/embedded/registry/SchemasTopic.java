package io.catchwater.cli.embedded.registry;

import io.catchwater.schemas.Replication;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The log of the registry in Kafka: one partition of the compacted topic {@value #TOPIC}. */
final class SchemasTopic implements RegistryLog {
    static final String TOPIC = "_schemas";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 4 << 20;
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;

    private SchemasTopic(KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer) {
        this.producer = producer;
        this.consumer = consumer;
    }

    /**
     * Opens the topic, creating it when it is missing.
     *
     * @param clientProperties of every client
     * @throws RegistryException when Kafka does not let it
     */
    static SchemasTopic open(String bootstrapServers, Map<String, String> clientProperties) {
        Map<String, Object> client = new HashMap<>(clientProperties);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        createIfMissing(client, clientProperties);
        KafkaConsumer<String, String> consumer = consumer(client);
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
        return new SchemasTopic(producer(client), consumer);
    }

    private static void createIfMissing(Map<String, Object> client, Map<String, String> settings) {
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(topic(Replication.in(admin, settings))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw RegistryException.storeFailed(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.storeFailed(e);
        }
    }

    private static NewTopic topic(Replication replication) {
        return new NewTopic(TOPIC, 1, replication.replicas())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        Replication.MIN_INSYNC_KEY,
                        String.valueOf(replication.minInsync()),
                        // Without a schema no retained record can be read: each one is worth a disk write of its own.
                        TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
                        "1"));
    }

    private static Map<String, Object> with(Map<String, Object> client, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(client);
        all.putAll(more);
        return all;
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> client) {
        return new KafkaProducer<>(
                with(
                        client,
                        Map.of(
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.BUFFER_MEMORY_CONFIG,
                                BUFFER_BYTES,
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                BUFFER_BYTES,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                (int) LIMIT.toMillis(),
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                (int) LIMIT.toMillis() / 2,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                (int) LIMIT.toMillis())),
                new StringSerializer(),
                new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Map<String, Object> client) {
        return new KafkaConsumer<>(
                with(
                        client,
                        Map.of(
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "none",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                BUFFER_BYTES)),
                new StringDeserializer(),
                new StringDeserializer());
    }

    @Override
    public void catchUp(Consumer<RegistryRecord> receiver) {
        try {
            long end = consumer.endOffsets(List.of(PARTITION), LIMIT).get(PARTITION);
            long deadlineNs = System.nanoTime() + LIMIT.toNanos();
            while (consumer.position(PARTITION, LIMIT) < end) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new KafkaException("reading " + TOPIC + " took longer than " + LIMIT.toSeconds() + " s");
                }
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    receiver.accept(decode(record));
                }
            }
        } catch (KafkaException e) {
            throw RegistryException.storeFailed(e);
        }
    }

    private static RegistryRecord decode(ConsumerRecord<String, String> record) {
        try {
            return RegistryRecordCodec.decode(record.key(), record.value());
        } catch (IllegalArgumentException e) {
            throw new KafkaException("unreadable record in " + TOPIC + " at Kafka offset " + record.offset(), e);
        }
    }

    @Override
    public void append(RegistryRecord record) {
        try {
            producer.send(new ProducerRecord<>(
                            TOPIC, 0, RegistryRecordCodec.key(record), RegistryRecordCodec.value(record)))
                    .get();
        } catch (ExecutionException e) {
            throw RegistryException.storeFailed(e.getCause());
        } catch (KafkaException e) {
            throw RegistryException.storeFailed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.storeFailed(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
    }
}
