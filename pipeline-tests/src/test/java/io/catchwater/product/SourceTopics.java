package io.catchwater.product;

import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

    private final Map<String, Object> client;
    private final Serialization serialization;

    private SourceTopics(Map<String, Object> client) {
        this.client = client;
        this.serialization = new Serialization(client.get("schema.registry.url").toString(), client);
    }

    /** Those of its embedded broker. */
    static SourceTopics of(Product product) throws IOException {
        return new SourceTopics(product.client());
    }

    /** Puts a command as JSON on the commands topic. */
    void command(String source, String json) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
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
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("isolation.level", "read_committed");
        settings.put("max.partition.fetch.bytes", 4 << 20);
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
