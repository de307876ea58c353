package io.catchwater.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.embedded.EmbeddedStartFailure.Reason;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker and the registry with the clients that the stages use. */
final class EmbeddedPlatformIT {
    private static final FaultHandler NO_FAULT = message -> {
        throw new AssertionError(message);
    };
    private static final Schema SCHEMA = new Schema.Parser()
            .parse("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"lsn\",\"type\":\"long\"}]}");
    private static final TopicPartition PARTITION = new TopicPartition("app", 0);

    @TempDir
    Path temporary;

    @Test
    void keepsRecordsSchemasAndPortsAcrossRestarts() throws Exception {
        String firstBootstrap;
        try (EmbeddedPlatform platform = start()) {
            firstBootstrap = platform.bootstrapServers();
            createTopic(platform);
            produce(platform, 1);
        }
        // As a version left it that had none.
        Files.delete(dataDirectory().resolve("credentials"));
        try (EmbeddedPlatform platform = start()) {
            assertThat(platform.bootstrapServers()).isEqualTo(firstBootstrap);
            produce(platform, 2);

            assertThat(consume(platform, 2)).containsExactly(1L, 2L);
        }
    }

    @Test
    void movesToOtherPortsWhenItsOwnAreTaken() throws Exception {
        try (EmbeddedPlatform platform = start()) {
            createTopic(platform);
            produce(platform, 1);
        }
        List<ServerSocket> others = occupyPortsOf(dataDirectory());
        try (EmbeddedPlatform platform = start()) {
            assertThat(consume(platform, 1)).containsExactly(1L);
        } finally {
            for (ServerSocket other : others) {
                other.close();
            }
        }
    }

    @Test
    void isFoundThroughItsDataDirectoryWhileItRuns() {
        try (EmbeddedPlatform platform = start()) {
            assertThat(Endpoint.find(dataDirectory())).hasValueSatisfying(endpoint -> {
                assertThat(endpoint.bootstrapServers()).isEqualTo(platform.bootstrapServers());
                assertThat(endpoint.schemaRegistryUrl()).isEqualTo(platform.schemaRegistryUrl());
                assertThat(endpoint.sources()).containsExactly("app");
            });
            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(
                            EmbeddedStartFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.LOCKED));
        }
        assertThat(Endpoint.find(dataDirectory())).isEmpty();
    }

    @Test
    void refusesWhoDoesNotKnowTheSecret() throws Exception {
        try (EmbeddedPlatform platform = start()) {
            CredentialsFile file = new CredentialsFile(dataDirectory());
            Credentials known = file.read();
            assertThat(topics(platform, known.clientProperties())).contains("_schemas");
            assertRefused(platform, Credentials.random(known.user()).clientProperties());
            assertRefused(platform, Credentials.random("catchwater.process").clientProperties());

            Credentials fresh = file.replace();
            assertRefused(platform, known.clientProperties());
            assertThat(topics(platform, fresh.clientProperties())).contains("_schemas");
            assertThat(topics(platform, platform.clientProperties())).contains("_schemas");
        }
    }

    private static void assertRefused(EmbeddedPlatform platform, Map<String, String> login) {
        assertThatThrownBy(() -> topics(platform, login)).hasCauseInstanceOf(SaslAuthenticationException.class);
    }

    private static Set<String> topics(EmbeddedPlatform platform, Map<String, String> login) throws Exception {
        Map<String, Object> client = new HashMap<>(login);
        client.put("bootstrap.servers", platform.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            return admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get();
        }
    }

    private EmbeddedPlatform start() {
        return EmbeddedPlatform.start(EmbeddedSettings.on(dataDirectory()), List.of("app"), NO_FAULT);
    }

    private Path dataDirectory() {
        return temporary.resolve("data");
    }

    private static List<ServerSocket> occupyPortsOf(Path dataDirectory) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (String line : Files.readAllLines(dataDirectory.resolve("ports"))) {
            int port = Integer.parseInt(line.substring(line.indexOf('=') + 1));
            sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        }
        return sockets;
    }

    private static Map<String, Object> client(EmbeddedPlatform platform) {
        Map<String, Object> client = new HashMap<>(platform.clientProperties());
        client.put("bootstrap.servers", platform.bootstrapServers());
        client.put("schema.registry.url", platform.schemaRegistryUrl());
        return client;
    }

    private static void createTopic(EmbeddedPlatform platform) throws Exception {
        try (Admin admin = Admin.create(client(platform))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void produce(EmbeddedPlatform platform, long lsn) throws Exception {
        Map<String, Object> settings = client(platform);
        settings.put("key.serializer", KafkaAvroSerializer.class);
        settings.put("value.serializer", KafkaAvroSerializer.class);
        try (KafkaProducer<String, GenericRecord> producer = new KafkaProducer<>(settings)) {
            GenericRecord value = new GenericData.Record(SCHEMA);
            value.put("lsn", lsn);
            producer.send(new ProducerRecord<>(PARTITION.topic(), "key", value)).get();
        }
    }

    private static List<Long> consume(EmbeddedPlatform platform, int wanted) {
        Map<String, Object> settings = client(platform);
        settings.put("key.deserializer", KafkaAvroDeserializer.class);
        settings.put("value.deserializer", KafkaAvroDeserializer.class);
        List<Long> lsns = new ArrayList<>();
        try (KafkaConsumer<String, GenericRecord> consumer = new KafkaConsumer<>(settings)) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (lsns.size() < wanted && System.nanoTime() < deadlineNs) {
                for (ConsumerRecord<String, GenericRecord> record : consumer.poll(Duration.ofMillis(100))) {
                    lsns.add((Long) record.value().get("lsn"));
                }
            }
        }
        return lsns;
    }
}
