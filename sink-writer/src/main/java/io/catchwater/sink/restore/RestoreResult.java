package io.catchwater.sink.restore;

import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.runfiles.RunFile;
import java.nio.file.Path;
import java.util.List;

/**
 * What was restored.
 *
 * @param destination with all symlinks resolved
 * @param lsn the directory is the source at this LSN
 * @param timeNs of the newest change in it, nanoseconds since 1970
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
        long files,
        long bytes,
        String note,
        List<Uncovered> uncovered,
        List<RunFile> leftOut) {}
