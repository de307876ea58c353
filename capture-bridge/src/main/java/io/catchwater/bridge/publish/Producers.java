package io.catchwater.bridge.publish;

import io.catchwater.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two producers of a bridge, both idempotent. What an operator sets goes before what is set here, but for that. */
public final class Producers {

    /**
     * How long a record may be on its way. A broker that is away for less costs overruns at worst, which are
     * healed; after that the bridge gives up, and says so.
     */
    public static final int DELIVERY_TIMEOUT_MS = 24 * 3_600_000;

    /** Memory of the events producer, above the bytes that {@link EventLog} has under way. */
    public static final long EVENTS_BUFFER_BYTES = 2 * EventLog.UNACKNOWLEDGED_BYTES_LIMIT;

    private static final int EVENTS_BATCH_BYTES = 256 << 10;
    private static final int EVENTS_LINGER_MS = 1;
    private static final int REQUEST_TIMEOUT_MS = 30_000;

    private Producers() {}

    /** Small records, soon: batches while others are under way. */
    public static KafkaProducer<String, byte[]> events(String bootstrapServers, Map<String, String> client) {
        return producer(
                bootstrapServers,
                client,
                Map.of(
                        ProducerConfig.BATCH_SIZE_CONFIG, EVENTS_BATCH_BYTES,
                        ProducerConfig.LINGER_MS_CONFIG, EVENTS_LINGER_MS,
                        ProducerConfig.BUFFER_MEMORY_CONFIG, EVENTS_BUFFER_BYTES));
    }

    /**
     * Records of up to a mebibyte.
     *
     * @param bufferBytes memory of the producer
     */
    public static KafkaProducer<String, byte[]> chunks(
            String bootstrapServers, Map<String, String> client, long bufferBytes) {
        return producer(
                bootstrapServers,
                client,
                Map.of(
                        ProducerConfig.BATCH_SIZE_CONFIG, Topics.CHUNK_BYTES_LIMIT,
                        ProducerConfig.LINGER_MS_CONFIG, EVENTS_LINGER_MS,
                        ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes));
    }

    private static KafkaProducer<String, byte[]> producer(
            String bootstrapServers, Map<String, String> client, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(own);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) DELIVERY_TIMEOUT_MS);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_LIMIT);
        all.putAll(client);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
    }
}
