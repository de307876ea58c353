package io.catchwater.bridge.publish;

import static io.catchwater.schemas.Topics.NAMES_PARTITION;

import io.catchwater.schemas.FileIds;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.ring.RingLayout;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * The events topic of a source as its one writer sees it: how far the ring is drained, the partition and key of each
 * record, and how far everything is acknowledged.
 *
 * <p>Drain thread only, but for {@link #drainedLsn} and {@link #acknowledgedLsn}: any thread.
 */
public final class EventLog {

    /** Most bytes sent and not acknowledged; beyond that the ring is not read. */
    public static final long UNACKNOWLEDGED_BYTES_LIMIT = 16L << 20;

    private static final String NAMES_KEY = "names";
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final EventSink sink;
    private final long incarnation;
    private final long[] lastLsn;
    private final Consumer<Throwable> onFailure;
    private final Deque<Sent> unacknowledged = new ArrayDeque<>();
    private final AtomicLong unacknowledgedBytes = new AtomicLong();
    private long recordsSent;
    private long watermarkLsn;
    private boolean wishesHigher;
    private volatile long drainedPosition = RingLayout.FIRST_POSITION;
    private volatile long acknowledgedPosition = RingLayout.FIRST_POSITION;

    /**
     * At the beginning of a ring.
     *
     * @param incarnation of the ring
     * @param partitions of the events topic
     * @param onFailure called by any thread when a record can't arrive: nothing after it must be counted as arrived
     */
    public EventLog(EventSink sink, long incarnation, int partitions, Consumer<Throwable> onFailure) {
        this.sink = sink;
        this.incarnation = incarnation;
        this.lastLsn = new long[partitions];
        this.onFailure = onFailure;
    }

    /** A record on its way; the ring's head stays at or before {@code position} until it has arrived. */
    private final class Sent implements EventSink.Arrival {
        private final long position;
        private int bytes;
        private volatile boolean arrived;

        Sent(long position) {
            this.position = position;
        }

        @Override
        public void arrived(long kafkaOffset, Throwable failure) {
            if (failure == null) {
                arrived = true;
            } else {
                onFailure.accept(failure);
            }
        }
    }

    /** How far the ring is drained: everything before has been sent. */
    public long drainedPosition() {
        return drainedPosition;
    }

    /** Everything before a ring position has been sent. */
    public void setDrained(long position) {
        drainedPosition = position;
    }

    /** The highest LSN that a change sent so far can have. */
    public long drainedLsn() {
        return Lsn.before(incarnation, drainedPosition);
    }

    /** The LSN of the entry at a ring position. */
    public long lsn(long position) {
        return Lsn.of(incarnation, position);
    }

    /** Partitions of the topic. */
    public int partitions() {
        return lastLsn.length;
    }

    /** A record about a file, on the file's partition; LSN and time as given. */
    public void file(FileId file, long lsn, long timeNs, int pid, SpecificRecord body) {
        send(Topics.partition(file, lastLsn.length), FileIds.text(file), lsn, timeNs, pid, body);
    }

    /** A record of the bridge's own about a file. */
    public void file(FileId file, long lsn, SpecificRecord body) {
        file(file, lsn, nowNs(), 0, body);
    }

    /** A record about names or the source as a whole. */
    public void names(long lsn, long timeNs, int pid, SpecificRecord body) {
        send(NAMES_PARTITION, NAMES_KEY, lsn, timeNs, pid, body);
    }

    /** A record of the bridge's own about names or the source, at the drained LSN. */
    public void names(SpecificRecord body) {
        names(drainedLsn(), nowNs(), 0, body);
    }

    /** A record of the bridge's own about names or the source. */
    public void names(long lsn, SpecificRecord body) {
        names(lsn, nowNs(), 0, body);
    }

    /** A record of the bridge's own on every partition. */
    public void everywhere(long lsn, SpecificRecord body) {
        long now = nowNs();
        for (int partition = 0; partition < lastLsn.length; partition++) {
            send(partition, NAMES_KEY, lsn, now, 0, body);
        }
    }

    /** Says on every partition that everything up to the drained LSN is in it. */
    public void watermarks(long lagBytes) {
        watermarkLsn = drainedLsn();
        everywhere(watermarkLsn, new Watermark(lagBytes));
    }

    /** The LSN up to which watermarks have been sent. */
    public long watermarkLsn() {
        return watermarkLsn;
    }

    /**
     * Asked before a record of the bridge's own that changes the replica, or ends a copy: it needs an LSN that no watermark
     * has covered, or a cut could have been made without it.
     *
     * @return false when there is none yet; one is then {@linkplain #takeWish wished for}
     */
    public boolean isAboveWatermark() {
        boolean above = drainedLsn() > watermarkLsn;
        wishesHigher |= !above;
        return above;
    }

    /** True once when somebody wanted to send and needs a higher LSN for it, though nothing happens in the ring. */
    public boolean takeWish() {
        boolean wished = wishesHigher && drainedLsn() <= watermarkLsn;
        wishesHigher = false;
        return wished;
    }

    private void send(int partition, String key, long lsn, long timeNs, int pid, SpecificRecord body) {
        if (lsn < lastLsn[partition]) {
            throw new IllegalStateException("LSN " + Lsn.format(lsn) + " after " + Lsn.format(lastLsn[partition])
                    + " in partition " + partition + ": " + body.getSchema().getName());
        }
        lastLsn[partition] = lsn;
        Sent sent = new Sent(drainedPosition);
        unacknowledged.add(sent);
        recordsSent++;
        sent.bytes = sink.send(partition, key, new Event(lsn, timeNs, pid, body), sent);
        unacknowledgedBytes.addAndGet(sent.bytes);
    }

    /** True when the ring must not be read until more has been acknowledged. */
    public boolean isFull() {
        return unacknowledgedBytes.get() >= UNACKNOWLEDGED_BYTES_LIMIT;
    }

    /**
     * Takes note of what has arrived.
     *
     * @return ring position before which everything has arrived
     */
    public long pollAcknowledged() {
        Sent first = unacknowledged.peek();
        while (first != null && first.arrived) {
            unacknowledgedBytes.addAndGet(-first.bytes);
            unacknowledged.remove();
            first = unacknowledged.peek();
        }
        long position = first == null ? drainedPosition : first.position;
        acknowledgedPosition = position;
        return position;
    }

    /** Records sent so far. */
    public long recordsSent() {
        return recordsSent;
    }

    /** Records before the first that has not arrived. */
    public long recordsAcknowledged() {
        return recordsSent - unacknowledged.size();
    }

    /** Everything up to this LSN has arrived in Kafka. */
    public long acknowledgedLsn() {
        return Lsn.before(incarnation, acknowledgedPosition);
    }

    /** The wall clock, nanoseconds since 1970. */
    public static long nowNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NS_PER_SECOND + now.getNano();
    }
}
