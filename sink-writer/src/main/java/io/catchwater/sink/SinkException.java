package io.catchwater.sink;

import java.io.IOException;

/** Something that a person has to see to. The message is one line that can be shown as it is. */
public final class SinkException extends IOException {

    /** What kind of end this is; command lines turn it into an exit status. */
    public enum Reason {
        /** None of the others. */
        FAILED,
        /** The source has no topics, or nothing of it is in the catalog. */
        NO_SUCH_SOURCE,
        /** There is no snapshot of that id. */
        NO_SUCH_SNAPSHOT,
        /** Somebody else works on this directory. */
        BUSY,
        /** The wanted moment lies outside every time that can be restored. */
        NOT_RESTORABLE,
        /** Changes are missing inside the wanted range. */
        GAP,
        /** The directory is missing, not a directory, not empty, not writable, or in the wrong place. */
        DESTINATION_UNUSABLE,
        /** A command ended it. */
        CANCELLED
    }

    private final Reason reason;
    private final int errno;

    /**
     * @param errno the nearest error number of the system, as the status records give it; never 0
     * @param message one line for a reader
     */
    public SinkException(Reason reason, int errno, String message) {
        this(reason, errno, message, null);
    }

    /** As above, with what brought it about. */
    public SinkException(Reason reason, int errno, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.errno = errno;
    }

    public Reason reason() {
        return reason;
    }

    /** The nearest error number of the system, see {@link io.catchwater.files.Errno}. */
    public int errno() {
        return errno;
    }
}
