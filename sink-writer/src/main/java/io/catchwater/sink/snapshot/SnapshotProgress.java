package io.catchwater.sink.snapshot;

import io.catchwater.sink.replica.TreePath;

/**
 * How far a snapshot is.
 *
 * @param phase copying or sealing
 * @param bytesDone copied
 * @param bytesTotal to copy; holes do not count
 * @param filesDone copied
 * @param filesTotal to copy
 * @param file being copied; null when there is none
 * @param fileBytesDone of it
 * @param fileBytes its size
 * @param throttledSeconds how long the throttle holds it up now; 0 when it does not, infinite while the rate is 0
 */
public record SnapshotProgress(
        String phase,
        long bytesDone,
        long bytesTotal,
        long filesDone,
        long filesTotal,
        TreePath file,
        long fileBytesDone,
        long fileBytes,
        double throttledSeconds) {}
