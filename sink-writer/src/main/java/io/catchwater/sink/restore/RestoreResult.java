package io.catchwater.sink.restore;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.runfiles.RunFile;
import java.nio.file.Path;
import java.util.List;

/**
 * What was restored, or would be.
 *
 * @param destination with all symlinks resolved
 * @param lsn the directory is the source at this LSN
 * @param timeNs until which that is known to have been the source's state, nanoseconds since 1970; never after the time
 *     asked for
 * @param beforeNs how long before the moment asked for that is; 0 when it is that moment
 * @param files regular files, by name
 * @param bytes in them
 * @param note why it is not quite the moment asked for; empty when it is
 * @param uncovered what may have changed unseen
 * @param leftOut run files that are not in it
 */
public record RestoreResult(
        Path destination,
        long lsn,
        long timeNs,
        long beforeNs,
        long files,
        long bytes,
        String note,
        List<Uncovered> uncovered,
        List<RunFile> leftOut) {}
