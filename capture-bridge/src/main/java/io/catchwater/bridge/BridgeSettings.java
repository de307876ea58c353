package io.catchwater.bridge;

import io.catchwater.bridge.copy.Throttle;
import io.catchwater.bridge.cut.CutCommandSettings;
import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.ring.RingLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Everything a bridge is told. Immutable and checked.
 *
 * <p>Memory, beside the JVM itself: the ring ({@code ringBytes}, shared), 16 MiB of events under way and as much again
 * in the producer that sends them, at most 48 MiB in the producer that sends chunks, 8 MiB for readers; and about 500
 * bytes for each name of the source, twice that while names are listed. 120 MiB for a source of 10,000 names.
 *
 * @param source name of the source
 * @param directories watched, 1 to 8, none inside another; several appear in the tree under their last components
 * @param exclusion what below them lies outside the tree
 * @param bootstrapServers Kafka's
 * @param registryUrl of the schema registry
 * @param clientProperties further properties of all Kafka clients, such as TLS and SASL
 * @param ringDirectory where the ring's file is made; on a file system in memory
 * @param ringBytes room for entries, a power of two
 * @param fullWait how long a program waits at most for room in the ring, for the lock of the names, for another writer
 * @param ioUringAllowed whether programs get io_uring, by which they change files unseen
 * @param partitions of the source's topics, at least 2
 * @param copyBytesPerSecond limit of all copies together: {@link #UNLIMITED}, 0 to copy nothing, or the rate; empty for
 *     what the last throttle command says that is still on the topic, and no limit when there is none
 * @param cutCommands what is run beside each cut
 * @param disabledKinds kinds of entries that are not recorded: only to prove that missing changes are found
 * @param audited whether changes that nobody captured are looked for; off only to prove that missing changes are found
 * @param onFault called once, by any thread, when the bridge can't go on; capture is off by then
 */
public record BridgeSettings(
        String source,
        List<Path> directories,
        Exclusion exclusion,
        String bootstrapServers,
        String registryUrl,
        Map<String, String> clientProperties,
        Path ringDirectory,
        long ringBytes,
        Duration fullWait,
        boolean ioUringAllowed,
        int partitions,
        OptionalLong copyBytesPerSecond,
        CutCommandSettings cutCommands,
        Set<Integer> disabledKinds,
        boolean audited,
        Consumer<Throwable> onFault) {

    /** No limit for copies. */
    public static final long UNLIMITED = Throttle.UNLIMITED;

    public static final Path DEFAULT_RING_DIRECTORY = Path.of("/dev/shm");
    public static final long DEFAULT_RING_BYTES = 16L << 20;
    public static final Duration DEFAULT_FULL_WAIT = Duration.ofSeconds(5);

    /** @throws IllegalArgumentException when a value is out of range; the message can be shown to a user */
    public BridgeSettings {
        Topics.requireSourceName(source);
        Objects.requireNonNull(exclusion, "exclusion");
        Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        Objects.requireNonNull(registryUrl, "registryUrl");
        Objects.requireNonNull(ringDirectory, "ringDirectory");
        Objects.requireNonNull(cutCommands, "cutCommands");
        Objects.requireNonNull(onFault, "onFault");
        if (directories.isEmpty() || directories.size() > RingLayout.ROOT_LIMIT) {
            throw new IllegalArgumentException(
                    directories.size() + " directories to watch: 1 to " + RingLayout.ROOT_LIMIT + " are possible");
        }
        boolean inRange = ringBytes >= RingDefinition.CAPACITY_LEAST && ringBytes <= RingDefinition.CAPACITY_LIMIT;
        if (Long.bitCount(ringBytes) != 1 || !inRange) {
            throw new IllegalArgumentException("a ring of " + ringBytes + " bytes: a power of two from "
                    + RingDefinition.CAPACITY_LEAST + " to " + RingDefinition.CAPACITY_LIMIT + " is possible");
        }
        if (fullWait.isNegative()) {
            throw new IllegalArgumentException("a program can't wait for " + fullWait);
        }
        if (partitions < Topics.MINIMUM_PARTITIONS) {
            throw new IllegalArgumentException(
                    partitions + " partitions: at least " + Topics.MINIMUM_PARTITIONS + " are needed");
        }
        if (copyBytesPerSecond.orElse(UNLIMITED) < UNLIMITED) {
            throw new IllegalArgumentException("a rate of " + copyBytesPerSecond.getAsLong() + " bytes per second");
        }
        directories = List.copyOf(directories);
        clientProperties = Map.copyOf(clientProperties);
        disabledKinds = Set.copyOf(disabledKinds);
    }

    /** With the defaults for everything that has one. */
    public static BridgeSettings of(
            String source,
            List<Path> directories,
            String bootstrapServers,
            String registryUrl,
            Consumer<Throwable> onFault) {
        return new BridgeSettings(
                source,
                directories,
                Exclusion.NONE,
                bootstrapServers,
                registryUrl,
                Map.of(),
                DEFAULT_RING_DIRECTORY,
                DEFAULT_RING_BYTES,
                DEFAULT_FULL_WAIT,
                false,
                Topics.DEFAULT_PARTITIONS,
                OptionalLong.empty(),
                CutCommandSettings.NONE,
                Set.of(),
                true,
                onFault);
    }
}
