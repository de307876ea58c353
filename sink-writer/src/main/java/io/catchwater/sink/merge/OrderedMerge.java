package io.catchwater.sink.merge;

import io.catchwater.schemas.Lsn;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Merges the partitions of a stream into its total order: by LSN, then partition, then Kafka offset.
 *
 * <p>The first record of a partition may go when no other partition can still bring one that comes before it: each of
 * the others has a record waiting, or a watermark at or above it. A partition with a record waiting never holds the
 * others up, so its reading may be suspended ({@link #isFull}) without any risk of standing still.
 *
 * <p>Used by one thread.
 */
public final class OrderedMerge<T> {

    private final Partition<T>[] partitions;
    private final OptionalInt ignored;
    private final long partitionBytesLimit;
    private long applied;

    /**
     * A record in its place.
     *
     * @param lsn its log sequence number
     * @param partition it came from
     * @param kafkaOffset it has there
     * @param bytes it counts for
     * @param item the record
     */
    public record Entry<T>(long lsn, int partition, long kafkaOffset, int bytes, T item) {}

    /**
     * @param starts where each partition begins
     * @param ignored a partition that is not waited for: exists only to prove that a wrong order is found out
     * @param bytesLimit for all partitions together, above which they want no more
     */
    public OrderedMerge(Start[] starts, OptionalInt ignored, long bytesLimit) {
        this.partitions = newPartitions(starts);
        this.ignored = ignored;
        this.partitionBytesLimit = bytesLimit / starts.length;
        this.applied = Arrays.stream(starts).mapToLong(Start::watermark).min().orElse(Lsn.NONE);
    }

    /**
     * Where a partition begins.
     *
     * @param kafkaOffset of the first record to come
     * @param watermark everything up to this LSN is known not to come any more
     */
    public record Start(long kafkaOffset, long watermark) {}

    /**
     * A record has come.
     *
     * @throws DisorderException when the partition has given a higher LSN before
     */
    public void add(Entry<T> entry) throws DisorderException {
        Partition<T> partition = partitions[entry.partition()];
        partition.advance(entry.lsn(), entry.partition(), entry.kafkaOffset());
        partition.lastLsn = entry.lsn();
        partition.waiting.add(entry);
        partition.waitingBytes += entry.bytes();
    }

    /**
     * A partition says that it has given everything up to an LSN.
     *
     * @param kafkaOffset of the record that says so
     * @throws DisorderException when the partition has given a higher LSN before
     */
    public void watermark(int partition, long kafkaOffset, long lsn) throws DisorderException {
        partitions[partition].advance(lsn, partition, kafkaOffset);
        partitions[partition].watermark = lsn;
    }

    /** A record of a partition does not count. */
    public void skip(int partition, long kafkaOffset) {
        partitions[partition].nextKafkaOffset = kafkaOffset + 1;
    }

    /**
     * The next record in the total order; it stays until {@link #remove}.
     *
     * @param ceiling no record with a higher LSN is wanted
     * @return null when there is none up to the ceiling, or when it is not yet certain which is the next
     */
    public Entry<T> peek(long ceiling) {
        Entry<T> first = null;
        for (Partition<T> partition : partitions) {
            Entry<T> head = partition.waiting.peek();
            if (head != null && (first == null || head.lsn() < first.lsn())) {
                first = head;
            }
        }
        return first != null && first.lsn() <= ceiling && isCertain(first) ? first : null;
    }

    private boolean isCertain(Entry<T> first) {
        for (int i = 0; i < partitions.length; i++) {
            Partition<T> other = partitions[i];
            boolean waitedFor = i != first.partition() && !isIgnored(i);
            if (waitedFor && other.waiting.isEmpty() && other.watermark < first.lsn()) {
                return false;
            }
        }
        return true;
    }

    /** The record that {@link #peek} gave is done with. */
    public void remove(Entry<T> entry) {
        Partition<T> partition = partitions[entry.partition()];
        Entry<T> head = partition.waiting.remove();
        if (head.kafkaOffset() != entry.kafkaOffset()) {
            throw new IllegalStateException("not the next record of partition " + entry.partition());
        }
        partition.waitingBytes -= head.bytes();
    }

    /**
     * Every record up to this LSN, of every partition, has been removed. Never goes down.
     *
     * @return {@link Lsn#NONE} when nothing is known yet
     */
    public long appliedLsn() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < partitions.length; i++) {
            if (!isIgnored(i)) {
                lowest = Math.min(lowest, partitions[i].completeLsn());
            }
        }
        applied = Math.max(applied, lowest);
        return applied;
    }

    private boolean isIgnored(int partition) {
        return ignored.isPresent() && ignored.getAsInt() == partition;
    }

    /** Where a partition has to be read from so that nothing is missed that has not been removed. */
    public Start resumption(int partition) {
        Partition<T> state = partitions[partition];
        Entry<T> head = state.waiting.peek();
        return head == null
                ? new Start(state.nextKafkaOffset, state.watermark)
                : new Start(head.kafkaOffset(), Math.min(state.watermark, head.lsn() - 1));
    }

    /** True when a partition wants no more for now. */
    public boolean isFull(int partition) {
        return partitions[partition].waitingBytes > partitionBytesLimit;
    }

    /** True when nothing waits. */
    public boolean isEmpty() {
        return Arrays.stream(partitions).allMatch(partition -> partition.waiting.isEmpty());
    }

    /** Bytes that wait, of all partitions. */
    public long waitingBytes() {
        return Arrays.stream(partitions)
                .mapToLong(partition -> partition.waitingBytes)
                .sum();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Partition<T>[] newPartitions(Start[] starts) {
        return Arrays.stream(starts).map(Partition::new).toArray(Partition[]::new);
    }

    private static final class Partition<T> {
        private final ArrayDeque<Entry<T>> waiting = new ArrayDeque<>();
        private long waitingBytes;
        private long nextKafkaOffset;
        private long watermark;
        private long lastLsn;

        private Partition(Start start) {
            this.nextKafkaOffset = start.kafkaOffset();
            this.watermark = start.watermark();
            this.lastLsn = start.watermark();
        }

        private void advance(long lsn, int partition, long kafkaOffset) throws DisorderException {
            if (lsn < lastLsn || lsn < watermark) {
                throw new DisorderException(partition, kafkaOffset, lsn, Math.max(lastLsn, watermark));
            }
            nextKafkaOffset = kafkaOffset + 1;
        }

        private long completeLsn() {
            Entry<T> head = waiting.peek();
            return head == null ? Math.max(watermark, lastLsn - 1) : head.lsn() - 1;
        }
    }
}
