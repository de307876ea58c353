package io.catchwater.sink.intake;

import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Turns records into values. One that is damaged, or none, is never passed over. For one thread.
 *
 * @param <T> what the topic holds
 */
public final class RecordReader<T extends SpecificRecord> {

    /** For so long a registry that does not answer is asked again. */
    private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(30);

    private static final Duration REGISTRY_PAUSE = Duration.ofMillis(500);

    private final Deserializer<T> deserializer;

    public RecordReader(Deserializer<T> deserializer) {
        this.deserializer = deserializer;
    }

    /**
     * @throws SinkException naming the record's place when it cannot be read
     */
    public T read(ConsumerRecord<byte[], byte[]> record) throws SinkException {
        long deadline = System.nanoTime() + REGISTRY_PATIENCE.toNanos();
        while (true) {
            try {
                T value = record.value() == null ? null : deserializer.deserialize(record.topic(), record.value());
                if (value == null) {
                    throw unreadable(record, "it is empty", null);
                }
                return value;
            } catch (SerializationException e) {
                if (!isRegistryAway(e.getCause()) || System.nanoTime() > deadline) {
                    throw unreadable(record, causes(e), e);
                }
                pause();
            } catch (RuntimeException e) {
                // Avro says of damaged bytes whatever it stumbles over.
                throw unreadable(record, causes(e), e);
            }
        }
    }

    /** Other exceptions of input come from Avro, and mean damaged bytes. */
    private static boolean isRegistryAway(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof UnknownHostException;
    }

    private static String causes(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e.getMessage() : e.getMessage() + ": " + cause.getMessage();
    }

    private static SinkException unreadable(ConsumerRecord<byte[], byte[]> record, String why, Throwable cause) {
        return new SinkException(
                SinkException.Reason.FAILED,
                Errno.EIO,
                record.topic() + ", partition " + record.partition() + ", Kafka offset " + record.offset()
                        + ": the record cannot be read: " + why,
                cause);
    }

    private static void pause() throws SinkException {
        try {
            Thread.sleep(REGISTRY_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted", e);
        }
    }
}
