package io.catchwater.sink.control;

import java.nio.file.Path;

/**
 * A snapshot that was accepted. What may change while it runs may be set by any thread.
 */
public final class SnapshotRequest {

    private final String id;
    private final Path destination;
    private volatile long throttle;
    private volatile boolean paused;
    private volatile boolean cancelled;

    /** @param throttle bytes per second; {@link Statuses#NO_THROTTLE} is no limit, 0 stands still */
    public SnapshotRequest(String id, Path destination, long throttle) {
        this.id = id;
        this.destination = destination;
        this.throttle = throttle;
    }

    public String id() {
        return id;
    }

    public Path destination() {
        return destination;
    }

    /** Bytes per second in force: 0 while paused. */
    public long throttle() {
        return paused ? 0 : throttle;
    }

    public void setThrottle(long bytesPerSecond) {
        throttle = bytesPerSecond;
    }

    public boolean isPaused() {
        return paused;
    }

    public void setPaused(boolean value) {
        paused = value;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    public void cancel() {
        cancelled = true;
    }
}
