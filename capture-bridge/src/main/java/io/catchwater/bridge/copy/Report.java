package io.catchwater.bridge.copy;

import io.catchwater.bridge.ring.Slots;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.ListedDirectory;
import java.util.List;
import java.util.Map;

/** What a reading thread tells the drain thread. */
sealed interface Report {

    /**
     * Names of a directory were read.
     *
     * @param walk number of the walk
     * @param readAfterLsn how far the ring was drained when the reading of this directory began
     * @param changedNs change time of the directory before it was read, nanoseconds since 1970
     * @param namesChangedNs change times of what the names name, in their order
     */
    record DirectoryRead(long walk, ListedDirectory part, long readAfterLsn, long changedNs, List<Long> namesChangedNs)
            implements Report {}

    /** A directory or file can't be read: its path, and why, for a reader. */
    record Unreadable(String path, String reason) implements Report {}

    /** A process that has a file mapped shared and writable. */
    record Mapped(FileId file, int pid) {}

    /** Processes that can change watched files unseen, before a walk. */
    record WritersFound(
            long walk,
            List<UncapturedProcess> writers,
            List<Mapped> mapped,
            List<UncapturedWriters.Asynchronous> asynchronous)
            implements Report {}

    /**
     * What processes have changed that are not captured, before a walk.
     *
     * @param whole false where the kernel does not tell all
     */
    record ChangesFound(long walk, List<UncapturedChanges.Change> changes, boolean whole) implements Report {}

    /**
     * When files were last changed, nanoseconds since 1970; without those of which that says nothing.
     *
     * @param request its number
     */
    record ChangeTimesRead(long request, Map<FileKey, Long> changedNs) implements Report {}

    /** A walk has read all it could find; the changes in flight afterwards. */
    record WalkEnded(long walk, Slots.InFlight inFlight) implements Report {}

    /**
     * A window was read.
     *
     * @param window its number
     * @param end file offset after the last
     * @param parts the bytes, on their way to Kafka
     * @param last true when the file's end was reached
     * @param size of the file
     * @param modifiedNs modification time of the file, nanoseconds since 1970; 0 when not known
     * @param inFlight after the last byte
     */
    record WindowRead(
            long window,
            long end,
            List<SentPart> parts,
            boolean last,
            long size,
            long modifiedNs,
            Slots.InFlight inFlight)
            implements Report {}

    /** The throttle let nothing through for longer than a reader waits: nothing was read. */
    record WindowStopped(long window) implements Report {}

    /** The name led elsewhere. */
    record WindowMissed(long window, Slots.InFlight inFlight) implements Report {}

    /** The file can't be read; why, for a reader. */
    record WindowUnreadable(long window, String reason) implements Report {}
}
