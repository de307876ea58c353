package io.catchwater.sink;

import io.catchwater.schemas.Topics;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.throttle.Rate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Settings of a sink.
 *
 * @param source whose stream is read
 * @param replica directory that is kept current: exists, and is empty or a replica of this source already
 * @param kafka where the topics are
 * @param allowedPrefixes snapshots go only below one of these directories; empty for anywhere
 * @param throttle bytes per second that the replica is written at, as {@link Rate} has it; when it is given, commands from
 *     before the start do not count
 * @param bufferBytes of operations that wait for their turn, at most
 * @param checkpointInterval how often the replica is synced and its position written down
 * @param ignoredWatermarkPartition a partition that is not waited for: exists only to prove that the oracle can fail
 * @param onFault told once, from the sink's own thread, why it has stopped; {@link Sink#close} is still to be called
 */
public record SinkSettings(
        String source,
        Path replica,
        KafkaAccess kafka,
        List<Path> allowedPrefixes,
        OptionalLong throttle,
        long bufferBytes,
        Duration checkpointInterval,
        OptionalInt ignoredWatermarkPartition,
        Consumer<Throwable> onFault) {

    public static final long DEFAULT_BUFFER_BYTES = 16L << 20;
    public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

    private static final long MINIMUM_BUFFER_BYTES = 1L << 20;

    /** @throws IllegalArgumentException with a message for a user */
    public SinkSettings {
        Topics.requireSourceName(source);
        allowedPrefixes = List.copyOf(allowedPrefixes);
        Objects.requireNonNull(replica, "replica");
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(onFault, "onFault");
        if (bufferBytes < MINIMUM_BUFFER_BYTES) {
            throw new IllegalArgumentException("the sink's buffer is below " + MINIMUM_BUFFER_BYTES + " bytes");
        }
        if (throttle.orElse(0) < Rate.UNLIMITED) {
            throw new IllegalArgumentException("the throttle is below 0 bytes per second");
        }
        if (checkpointInterval.isNegative() || checkpointInterval.isZero()) {
            throw new IllegalArgumentException("the checkpoint interval is not positive");
        }
    }

    /** With defaults for what is not said. */
    public static SinkSettings of(
            String source,
            Path replica,
            String bootstrapServers,
            String registryUrl,
            Map<String, String> clientProperties,
            Consumer<Throwable> onFault) {
        return new SinkSettings(
                source,
                replica,
                new KafkaAccess(bootstrapServers, registryUrl, clientProperties),
                List.of(),
                OptionalLong.empty(),
                DEFAULT_BUFFER_BYTES,
                DEFAULT_CHECKPOINT_INTERVAL,
                OptionalInt.empty(),
                onFault);
    }

    /** The same, with snapshots only below one of these directories; anywhere for none. */
    public SinkSettings withAllowedPrefixes(List<Path> prefixes) {
        return new SinkSettings(
                source,
                replica,
                kafka,
                prefixes,
                throttle,
                bufferBytes,
                checkpointInterval,
                ignoredWatermarkPartition,
                onFault);
    }

    /** The same, at a rate. */
    public SinkSettings withThrottle(OptionalLong bytesPerSecond) {
        return new SinkSettings(
                source,
                replica,
                kafka,
                allowedPrefixes,
                bytesPerSecond,
                bufferBytes,
                checkpointInterval,
                ignoredWatermarkPartition,
                onFault);
    }

    /** The same, not waiting for a partition: to prove that the oracle can fail. */
    public SinkSettings withIgnoredWatermarkPartition(int partition) {
        return new SinkSettings(
                source,
                replica,
                kafka,
                allowedPrefixes,
                throttle,
                bufferBytes,
                checkpointInterval,
                OptionalInt.of(partition),
                onFault);
    }
}
