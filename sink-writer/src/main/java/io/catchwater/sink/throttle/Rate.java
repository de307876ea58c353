package io.catchwater.sink.throttle;

/** Bytes per second: {@link #UNLIMITED}, 0 for nothing at all, or a positive number. Any thread may read and set it. */
public final class Rate {

    /** No limit. */
    public static final long UNLIMITED = -1;

    private volatile long bytesPerSecond;

    /** @param bytesPerSecond that it begins with */
    public Rate(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** What holds now. */
    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** What holds from now on; waits that are under way notice. */
    public void set(long newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }
}
