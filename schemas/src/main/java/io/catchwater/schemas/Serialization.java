package io.catchwater.schemas;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro in Confluent's wire format (magic byte 0, four-byte schema id, Avro binary), by Confluent's own
 * serializers against a schema registry.
 *
 * <p>What it makes may be used by one thread at a time.
 */
public final class Serialization {

    static {
        GeneratedClasses.trust();
    }

    private final Map<String, Object> configuration;

    /**
     * @param registryUrl of a schema registry, such as {@code http://127.0.0.1:8081}; several divided by commas
     * @param overrides further properties of the serializers and the registry client (authentication, TLS)
     */
    public Serialization(String registryUrl, Map<String, ?> overrides) {
        Map<String, Object> all = new HashMap<>();
        all.put("avro.use.logical.type.converters", false);
        all.put("auto.register.schemas", true);
        all.putAll(overrides);
        all.put("schema.registry.url", registryUrl);
        all.put("specific.avro.reader", true);
        this.configuration = Map.copyOf(all);
    }

    /** Writes values of any of the generated types. */
    public <T extends SpecificRecord> Serializer<T> serializer() {
        KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        serializer.configure(configuration, false);
        return (topic, value) -> serializer.serialize(topic, value);
    }

    /**
     * Reads values of one generated type.
     *
     * @param type what the topic holds; a record of another type, or one that is damaged, makes the
     *     deserializer throw {@link SerializationException}
     */
    public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
        deserializer.configure(configuration, false);
        return (topic, bytes) -> cast(type, topic, read(deserializer, topic, bytes));
    }

    /** Both directions, for Kafka Streams. */
    public <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        return Serdes.serdeFrom(serializer(), deserializer(type));
    }

    /** Damaged bytes make the deserializer throw whatever reading past the end throws: one exception for all. */
    private static Object read(KafkaAvroDeserializer deserializer, String topic, byte[] bytes) {
        try {
            return deserializer.deserialize(topic, bytes);
        } catch (SerializationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new SerializationException(topic + ": not a record in Avro: " + e, e);
        }
    }

    private static <T> T cast(Class<T> type, String topic, Object value) {
        if (value != null && !type.isInstance(value)) {
            throw new SerializationException(topic + ": expected " + type.getSimpleName() + ", found "
                    + value.getClass().getSimpleName());
        }
        return type.cast(value);
    }
}
