package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.catchwater.product.Product.Ended;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of a product that runs, as another Kafka client sees them. One thread. */
final class SourceTopics {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final Serialization serialization;

    private SourceTopics(String bootstrapServers, String registryUrl) {
        this.bootstrapServers = bootstrapServers;
        this.serialization = new Serialization(registryUrl, Map.of());
    }

    /** Those of the broker that {@code status} tells. */
    static SourceTopics of(Product product) throws Exception {
        Ended status = product.ask("status", "--json");
        assertThat(status.status()).as(status.err()).isZero();
        JsonNode first =
                new ObjectMapper().readTree(status.out().lines().findFirst().orElseThrow());
        return new SourceTopics(
                first.path("bootstrap_servers").asText(),
                first.path("schema_registry_url").asText());
    }

    /** Puts a command as JSON on the commands topic. */
    void command(String source, String json) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.COMMANDS, source, json)).get();
        }
    }

    /** What a topic holds now; records of a partition in order. */
    <T extends SpecificRecord> List<ConsumerRecord<String, T>> read(String topic, Class<T> type) {
        return read(topic, serialization.deserializer(type));
    }

    /** As {@link #read(String, Class)}, by a deserializer. */
    <T> List<ConsumerRecord<String, T>> read(String topic, Deserializer<T> values) {
        List<ConsumerRecord<String, T>> records = new ArrayList<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "max.partition.fetch.bytes",
                4 << 20);
        try (KafkaConsumer<String, T> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }
}
