package io.catchwater.bridge.copy;

/**
 * A rate in bytes per second. It lends: whoever finds it in balance may take more than there is, and the next one
 * waits until that is paid. Drain thread only.
 */
public final class Throttle {

    /** No limit. */
    public static final long UNLIMITED = -1;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long MOST_SAVED_NS = 100_000_000L;
    private static final long WINDOWS_PER_SECOND = 4;

    private final long bytesPerSecond;
    private double balance;
    private long lastNs;

    /**
     * Begins in balance.
     *
     * @param bytesPerSecond {@link #UNLIMITED}, 0 for nothing at all, or the rate
     * @param nowNs of {@link System#nanoTime}
     */
    public Throttle(long bytesPerSecond, long nowNs) {
        this.bytesPerSecond = bytesPerSecond;
        this.lastNs = nowNs;
    }

    /** True when bytes may be read now; they are then taken. */
    public boolean tryTake(long bytes, long nowNs) {
        if (bytesPerSecond == UNLIMITED) {
            return true;
        }
        double rate = (double) bytesPerSecond / NS_PER_SECOND;
        balance = Math.min(balance + rate * (nowNs - lastNs), rate * MOST_SAVED_NS);
        lastNs = nowNs;
        if (bytesPerSecond == 0 || balance < 0) {
            return false;
        }
        balance -= bytes;
        return true;
    }

    /** Gives back what was taken and not read. */
    public void giveBack(long bytes) {
        balance += bytes;
    }

    /** Most bytes to take at once, so that the rate is kept within a fraction of a second. */
    public long portion(long wanted) {
        return bytesPerSecond <= 0
                ? wanted
                : Math.min(wanted, Math.max(CopyLimits.WINDOW_BYTES_LEAST, bytesPerSecond / WINDOWS_PER_SECOND));
    }
}
