package io.catchwater.sink.throttle;

import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Holds a writer to a rate that may change meanwhile. A token bucket: in any second no more passes than the rate allows,
 * and the 2 % that may be saved, and one {@link #piece}, which is 2 % too, or 4 KiB where that is more. So writers who
 * write piece by piece stay within 5 % of the rate from 200 kB/s on.
 *
 * <p>For one thread; the rate may come from any.
 */
public final class Throttle {

    private static final double SAVED_SECONDS = 0.02;
    private static final long PIECES_PER_SECOND = 50;
    private static final long PIECE_BYTES_LEAST = 4096;
    private static final long PIECE_BYTES_MOST = 1 << 20;
    /** How soon a changed rate, or an end, is noticed. */
    private static final long SLICE_NS = 50_000_000L;

    private static final double NS_PER_SECOND = 1e9;

    private final LongSupplier rate;
    private double allowance;
    private long lastNs = System.nanoTime();

    /** Told again and again while nothing may be written. */
    public interface Waiting {

        /**
         * @param secondsLeft as it looks now; infinite while the rate is 0
         * @throws IOException to end the writing
         */
        void waiting(double secondsLeft) throws IOException;
    }

    /** @param rate in force, bytes per second, as {@link Rate} has it */
    public Throttle(LongSupplier rate) {
        this.rate = rate;
    }

    /** Bytes that are best written at once. */
    public int piece() {
        long perSecond = rate.getAsLong();
        long wanted = perSecond < 0 ? PIECE_BYTES_MOST : perSecond / PIECES_PER_SECOND;
        return (int) Math.max(PIECE_BYTES_LEAST, Math.min(PIECE_BYTES_MOST, wanted));
    }

    /**
     * Returns when so many bytes more may be written; not while the rate is 0, for none either.
     *
     * @throws IOException of the one who is told
     */
    public void take(long bytes, Waiting waiting) throws IOException {
        refill();
        allowance -= bytes;
        for (double seconds = secondsLeft(); seconds > 0; seconds = secondsLeft()) {
            waiting.waiting(seconds);
            rest(seconds);
            refill();
        }
    }

    private double secondsLeft() {
        long perSecond = rate.getAsLong();
        if (perSecond == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return perSecond < 0 ? 0 : -allowance / perSecond;
    }

    private void refill() {
        long nowNs = System.nanoTime();
        long perSecond = rate.getAsLong();
        if (perSecond < 0) {
            allowance = 0;
        } else {
            double gained = perSecond * ((nowNs - lastNs) / NS_PER_SECOND);
            allowance = Math.min(perSecond * SAVED_SECONDS, allowance + gained);
        }
        lastNs = nowNs;
    }

    private static void rest(double seconds) throws SinkException {
        LockSupport.parkNanos((long) Math.min(SLICE_NS, Math.max(1, seconds * NS_PER_SECOND)));
        if (Thread.interrupted()) {
            Thread.currentThread().interrupt();
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted");
        }
    }
}
