package io.catchwater.sink.control;

import io.catchwater.files.LinuxException;
import io.catchwater.schemas.Exclusion;
import io.catchwater.sink.replica.TreePath;
import io.catchwater.sink.throttle.Rate;

/** A snapshot that was accepted. What may change while it runs may be set by any thread. */
public final class SnapshotRequest implements AutoCloseable {

    private final String id;
    private final Destination destination;
    private final SourcePaths paths;
    private final Exclusion exclusion;
    private final boolean keepsRunFiles;
    private final boolean allowsUnseen;
    private final Rate rate;
    private volatile boolean paused;
    private volatile boolean cancelled;

    /**
     * @param destination where it goes; {@link #close} closes it
     * @param throttle bytes per second, as {@link Rate} has it
     * @param paths how the tree's paths are called at the source
     * @param exclusion what is left out
     * @param keepsRunFiles false when what tells of a running server is left out too
     * @param allowsUnseen whether it counts as done also when something was not provably captured
     */
    public SnapshotRequest(
            String id,
            Destination destination,
            long throttle,
            SourcePaths paths,
            Exclusion exclusion,
            boolean keepsRunFiles,
            boolean allowsUnseen) {
        this.id = id;
        this.allowsUnseen = allowsUnseen;
        this.destination = destination;
        this.rate = new Rate(throttle);
        this.paths = paths;
        this.exclusion = exclusion;
        this.keepsRunFiles = keepsRunFiles;
    }

    public String id() {
        return id;
    }

    /** Where it goes. */
    public Destination destination() {
        return destination;
    }

    /** Whether it counts as done also when something was not provably captured. */
    public boolean allowsUnseen() {
        return allowsUnseen;
    }

    /** How the tree's paths are called at the source. */
    public SourcePaths paths() {
        return paths;
    }

    /** What is left out. */
    public Exclusion exclusion() {
        return exclusion;
    }

    /** Whether what tells of a running server is in the snapshot. */
    public boolean keepsRunFiles() {
        return keepsRunFiles;
    }

    /** Whether a path of the tree, of which the directory above is in it, is in the snapshot. */
    public boolean includes(TreePath path) {
        return paths.isWatched(path) || !exclusion.matches(paths.full(path));
    }

    /** Bytes per second in force: 0 while paused. */
    public long throttle() {
        return paused ? 0 : rate.bytesPerSecond();
    }

    public void setThrottle(long bytesPerSecond) {
        rate.set(bytesPerSecond);
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

    /** Nothing more is written to the destination. */
    @Override
    public void close() throws LinuxException {
        destination.close();
    }
}
