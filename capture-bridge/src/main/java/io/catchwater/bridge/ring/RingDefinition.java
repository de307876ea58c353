package io.catchwater.bridge.ring;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.ring.RingLayout;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a ring is made with.
 *
 * @param incarnation 1 to {@link Lsn#INCARNATION_LIMIT}
 * @param capacity bytes for entries, a power of two, {@link #CAPACITY_LEAST} to {@link #CAPACITY_LIMIT}
 * @param fullWait how long a program waits at most
 * @param roots watched directories: absolute, canonical, 1 to 8
 * @param disabledKinds kinds of entries that are not recorded
 * @param ioUringAllowed whether programs get io_uring, by which they change files unseen
 */
public record RingDefinition(
        long incarnation,
        long capacity,
        Duration fullWait,
        List<byte[]> roots,
        Set<Integer> disabledKinds,
        boolean ioUringAllowed) {

    public static final long CAPACITY_LEAST = 64L << 10;
    public static final long CAPACITY_LIMIT = 1L << 30;

    /** @throws IllegalArgumentException when a value is out of range; the message can be shown to a user */
    public RingDefinition {
        if (Long.bitCount(capacity) != 1 || capacity < CAPACITY_LEAST || capacity > CAPACITY_LIMIT) {
            throw new IllegalArgumentException("ring of " + capacity + " bytes: not a power of two from "
                    + CAPACITY_LEAST + " to " + CAPACITY_LIMIT);
        }
        if (incarnation < 1 || incarnation > Lsn.INCARNATION_LIMIT) {
            throw new IllegalArgumentException(
                    "incarnation " + incarnation + " is not from 1 to " + Lsn.INCARNATION_LIMIT);
        }
        if (roots.isEmpty() || roots.size() > RingLayout.ROOT_LIMIT) {
            throw new IllegalArgumentException(
                    roots.size() + " watched directories: not from 1 to " + RingLayout.ROOT_LIMIT);
        }
        for (byte[] root : roots) {
            if (root.length == 0 || root[0] != '/' || root.length >= RingLayout.ROOT_BYTES) {
                throw new IllegalArgumentException("a watched directory's path has " + root.length + " bytes");
            }
        }
        for (int kind : disabledKinds) {
            if (kind <= RingLayout.KIND_PAD || kind > RingLayout.KIND_KERNEL_AIO) {
                throw new IllegalArgumentException("no kind of entry: " + kind);
            }
        }
        roots = List.copyOf(roots);
        disabledKinds = Set.copyOf(disabledKinds);
    }

    long disabledKindBits() {
        return disabledKinds.stream().mapToLong(kind -> 1L << kind).reduce(0, (a, b) -> a | b);
    }
}
