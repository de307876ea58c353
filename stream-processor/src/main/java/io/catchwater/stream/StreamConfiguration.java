package io.catchwater.stream;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;
import static org.apache.kafka.streams.StreamsConfig.topicPrefix;

import io.catchwater.schemas.Replication;
import io.catchwater.schemas.Topics;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;

/** What Kafka Streams is told: exactly once, soon, in bounded memory. */
final class StreamConfiguration {

    /** How long operations wait for their transaction: most of the delay from event to operation. */
    static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

    /** How long a killed processor's open transaction can hold readers up. */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    /** After how long a killed processor's partitions go to its successor. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** How long the thread waits for records when there are none; a commit that is due waits as long. */
    private static final Duration POLL_WAIT = Duration.ofMillis(20);

    /** Records taken in beyond those in work, for each partition: at 256 KiB each 8 MiB. */
    private static final int BUFFERED_RECORDS = 32;

    private static final int FETCH_BYTES = 8 << 20;
    private static final int PARTITION_FETCH_BYTES = 4 << 20;
    private static final int PRODUCER_BUFFER_BYTES = 16 << 20;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINGER_MS = 5;

    /**
     * Requests under way to a broker. Kafka 4 numbers batches anew in each transaction and holds a partition's first one
     * back while it is looked up: a second one sent meanwhile is refused as out of order and sent again 100 ms later.
     */
    private static final int REQUESTS_IN_FLIGHT = 1;

    private static final int STATE_CACHE_BYTES = 4 << 20;

    private StreamConfiguration() {}

    static Properties of(StreamSettings settings) {
        Properties all = new Properties();
        all.putAll(settings.clientProperties());
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, "catchwater." + settings.source() + ".stream");
        all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int)
                settings.replication().replicas());
        all.put(topicPrefix(Replication.MIN_INSYNC_KEY), (int)
                settings.replication().minInsync());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
        all.put(StreamsConfig.POLL_MS_CONFIG, POLL_WAIT.toMillis());
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        all.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STATE_CACHE_BYTES);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        all.put(consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        all.put(consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int) SESSION_TIMEOUT.toMillis());
        all.put(consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), (int) SESSION_TIMEOUT.toMillis() / 5);
        all.put(consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
        all.put(consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), PARTITION_FETCH_BYTES);
        all.put(producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.RECORD_BYTES_LIMIT);
        all.put(producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), PRODUCER_BUFFER_BYTES);
        all.put(producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        all.put(producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
        all.put(producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), REQUESTS_IN_FLIGHT);
        all.put(producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int) TRANSACTION_TIMEOUT.toMillis());
        return all;
    }
}
