package io.catchwater.sink;

import io.catchwater.sink.throttle.Rate;
import java.util.ArrayDeque;
import java.util.Deque;

/** Measures a {@link Pace} over the last seconds. For one thread. */
final class PaceMeter {

    private static final long SPAN_NS = 5_000_000_000L;
    private static final long INTERVAL_NS = 500_000_000L;
    private static final long TELLING_RECORDS = 100;
    private static final double NS_PER_SECOND = 1e9;

    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * What was counted so far.
     *
     * @param written bytes, of changes and copies
     * @param changesRead bytes of changes in the records that were read
     * @param recordsRead how many
     * @param recordsAhead how many are there that were not read
     */
    record Sample(long nowNs, long written, long changesRead, long recordsRead, long recordsAhead) {}

    /** True when the next sample is wanted. */
    boolean isDue(long nowNs) {
        return samples.isEmpty() || nowNs - samples.getLast().nowNs() >= INTERVAL_NS;
    }

    Pace add(Sample now, long throttle) {
        samples.add(now);
        while (now.nowNs() - samples.getFirst().nowNs() > SPAN_NS && samples.size() > 2) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        double seconds = (now.nowNs() - first.nowNs()) / NS_PER_SECOND;
        if (seconds <= 0) {
            return new Pace(0, 0, throttle, true);
        }
        long written = (long) ((now.written() - first.written()) / seconds);
        long read = now.changesRead() - first.changesRead();
        double unread = (now.recordsAhead() - first.recordsAhead()) * bytesPerRecord(first, now);
        long changes = (long) Math.max(0, (read + unread) / seconds);
        boolean limited = throttle != Rate.UNLIMITED;
        return new Pace(written, changes, throttle, !limited || changes <= throttle);
    }

    /** What is not read yet is taken to be like what was read last, or ever. */
    private static double bytesPerRecord(Sample first, Sample now) {
        long recent = now.recordsRead() - first.recordsRead();
        return recent >= TELLING_RECORDS
                ? (double) (now.changesRead() - first.changesRead()) / recent
                : (double) now.changesRead() / Math.max(1, now.recordsRead());
    }
}
