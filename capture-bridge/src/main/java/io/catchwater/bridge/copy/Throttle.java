package io.catchwater.bridge.copy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The rate of all copies together, in bytes per second, which may be changed at any time. Readers take what they are
 * about to read piece by piece, where a piece is a hundredth of a second's worth; it lends the piece, and the next one
 * waits until that is paid. So in no second is more read than the rate and 5 % of it.
 *
 * <p>A piece has at least 4 KiB, which from 200 kB/s down is more than 2 % of the rate: below, a second may have one piece
 * or two too many. What falls under the limit is data that is read from files: holes and names are free.
 *
 * <p>Any thread.
 */
public final class Throttle {

    /** No limit. */
    public static final long UNLIMITED = -1;

    /** Smallest piece, but for what is less altogether. */
    static final long PIECE_BYTES_LEAST = 4L << 10;

    /** What a pause saves at most. */
    static final long MOST_SAVED_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long a reader waits for a piece at most: there is other work for it, which must not stand still. */
    static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long PIECES_PER_SECOND = 100;
    private static final long SECONDS_AHEAD = 2;
    private static final double NS_PER_SECOND = 1e9;

    private final LongSupplier clock;
    private long bytesPerSecond;
    private double balance;
    private long lastNs;

    /**
     * Begins in balance.
     *
     * @param bytesPerSecond {@link #UNLIMITED}, 0 for nothing at all, or the rate
     */
    public Throttle(long bytesPerSecond) {
        this(bytesPerSecond, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime} */
    Throttle(long bytesPerSecond, LongSupplier clock) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.lastNs = clock.getAsLong();
    }

    /**
     * From now on this is the rate.
     *
     * @param rate {@link #UNLIMITED}, 0 for nothing at all, or bytes per second
     */
    public synchronized void set(long rate) {
        settle();
        bytesPerSecond = rate;
        // A debt at a high rate would take long to pay at a low one.
        balance = Math.max((double) -piece(), Math.min(0, balance));
        notifyAll();
    }

    /** The rate in force: {@link #UNLIMITED}, 0, or bytes per second. */
    public synchronized long bytesPerSecond() {
        return bytesPerSecond;
    }

    /**
     * Waits until some of the bytes may be read; they are then taken.
     *
     * @param wanted 1 or more
     * @return how many, up to a piece; 0 when none may for longer than a reader waits
     */
    long take(long wanted) throws InterruptedException {
        long waited = 0;
        while (waited <= PATIENCE_NS) {
            long waitNs;
            synchronized (this) {
                long taken = tryTake(wanted);
                waitNs = taken == 0 ? waitNs() : 0;
                if (taken > 0 || waitNs > PATIENCE_NS) {
                    return taken;
                }
                TimeUnit.NANOSECONDS.timedWait(this, waitNs);
            }
            waited += waitNs;
        }
        return 0;
    }

    /** As {@link #take}; 0 when none may be read now. */
    synchronized long tryTake(long wanted) {
        if (bytesPerSecond == UNLIMITED) {
            return wanted;
        }
        settle();
        if (bytesPerSecond == 0 || balance < 0) {
            return 0;
        }
        long taken = Math.min(wanted, piece());
        balance -= taken;
        return taken;
    }

    /** Gives back what was taken and not read. */
    synchronized void giveBack(long bytes) {
        balance += bytes;
    }

    /** True when a reader that asks now gets something, at least after a while. */
    synchronized boolean isOpen() {
        settle();
        return bytesPerSecond == UNLIMITED || waitNs() <= PATIENCE_NS;
    }

    private void settle() {
        long now = clock.getAsLong();
        double rate = bytesPerSecond / NS_PER_SECOND;
        if (bytesPerSecond > 0) {
            balance = Math.min(balance + rate * (now - lastNs), rate * MOST_SAVED_NS);
        }
        lastNs = now;
    }

    private long waitNs() {
        if (bytesPerSecond == 0) {
            return Long.MAX_VALUE;
        }
        return balance >= 0 ? 0 : 1 + (long) (-balance / bytesPerSecond * NS_PER_SECOND);
    }

    private long piece() {
        return bytesPerSecond == UNLIMITED
                ? Long.MAX_VALUE
                : Math.max(PIECE_BYTES_LEAST, bytesPerSecond / PIECES_PER_SECOND);
    }

    /** Most bytes of one window: a second's worth, so that what is ordered of a reader is done soon. */
    synchronized long windowBytes(long wanted) {
        return bytesPerSecond == UNLIMITED ? wanted : Math.min(wanted, Math.max(PIECE_BYTES_LEAST, bytesPerSecond));
    }

    /** Fewest bytes set aside for a window: the file may have grown since its size was last seen. */
    synchronized long windowBytesLeast() {
        return bytesPerSecond == UNLIMITED ? CopyLimits.WINDOW_BYTES_LEAST : PIECE_BYTES_LEAST;
    }

    /** Most bytes that readers may have before them; one window may always be ordered while the rate is not 0. */
    synchronized long bytesAhead() {
        return bytesPerSecond == UNLIMITED
                ? Long.MAX_VALUE
                : Math.multiplyExact(SECONDS_AHEAD, Math.min(bytesPerSecond, CopyLimits.BYTES_UNDER_WAY));
    }
}
