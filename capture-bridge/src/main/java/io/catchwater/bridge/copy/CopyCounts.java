package io.catchwater.bridge.copy;

import java.util.concurrent.atomic.AtomicLong;

/** How far copies are. Written by the drain thread, read by any. */
public final class CopyCounts {

    private final AtomicLong filesTotal = new AtomicLong();
    private final AtomicLong filesDone = new AtomicLong();
    private final AtomicLong bytesTotal = new AtomicLong();
    private final AtomicLong bytesDone = new AtomicLong();

    void found(long bytes) {
        filesTotal.incrementAndGet();
        bytesTotal.addAndGet(bytes);
    }

    void read(long bytes) {
        bytesDone.addAndGet(bytes);
    }

    void finished() {
        filesDone.incrementAndGet();
    }

    void reset() {
        filesTotal.set(0);
        filesDone.set(0);
        bytesTotal.set(0);
        bytesDone.set(0);
    }

    /** Files that the copy knows of. */
    public long filesTotal() {
        return filesTotal.get();
    }

    /** Files whose copy is in the stream. */
    public long filesDone() {
        return filesDone.get();
    }

    /** Bytes in those files when they were found. */
    public long bytesTotal() {
        return bytesTotal.get();
    }

    /** Bytes of data read and in the stream; holes are none. */
    public long bytesDone() {
        return bytesDone.get();
    }
}
