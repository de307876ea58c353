package io.catchwater.bridge.source;

import io.catchwater.schemas.event.FileId;
import java.util.List;

/** Tells what processes have changed that are not captured, where the kernel tells it. Any thread. */
public interface UncapturedChanges {

    /** Where the kernel tells nothing. */
    UncapturedChanges NONE = new UncapturedChanges() {
        @Override
        public List<Change> take() {
            return List.of();
        }

        @Override
        public boolean hasContent() {
            return false;
        }

        @Override
        public boolean mayHaveContent() {
            return false;
        }

        @Override
        public boolean isWhole() {
            return false;
        }
    };

    /** What a process has done to a file. */
    enum Kind {
        /** Bytes of a file, names of a directory. */
        CONTENT,
        /** Mode, owner, times, extended attributes, or the number of names and nothing else. */
        ATTRIBUTES,
        /** The process may have changed the file: who has, if somebody has. */
        SUSPECTED
    }

    /**
     * A process that is not captured, and a file.
     *
     * @param file of names the directory
     * @param regular true for a regular file
     * @param program path of its executable, or the command's name; empty where it had ended before that could be seen
     * @param reason why it is not captured
     */
    record Change(FileId file, boolean regular, Kind kind, int pid, String program, NotCaptured reason) {}

    /**
     * Those made before the call that nobody has taken yet, one for each process and file. Waits until the ring is drained
     * so far that captured processes are known.
     */
    List<Change> take() throws InterruptedException;

    /**
     * True when bytes or names were changed before the call and nobody has taken that. Waits as {@link #take} does, and takes
     * nothing.
     */
    boolean hasContent() throws InterruptedException;

    /** As {@link #hasContent}, as far as it is known by now: does not wait. */
    boolean mayHaveContent();

    /** False where the kernel tells nothing, or did not tell all. */
    boolean isWhole();
}
