package io.catchwater.cli.embedded;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;

/** The embedded broker or registry cannot run on this data directory or these ports. Nothing was changed on disk. */
public final class EmbeddedStartFailure extends CommandFailure {
    private static final long serialVersionUID = 1L;

    /** Why, for callers that react to it. */
    public enum Reason {
        /** Another process holds the data directory. */
        LOCKED(ExitStatus.BUSY),
        /** The data directory was written by another version of the format. */
        OTHER_FORMAT(ExitStatus.FAILED),
        /** The path holds something else than a data directory. */
        NOT_A_DATA_DIRECTORY(ExitStatus.USAGE),
        /** The operating system does not let this process use it. */
        DENIED(ExitStatus.DENIED),
        /** A port that the caller insists on is in use. */
        PORT_TAKEN(ExitStatus.BUSY),
        /** The broker itself did not start; the log says why. */
        BROKER(ExitStatus.FAILED);

        private final ExitStatus status;

        Reason(ExitStatus status) {
            this.status = status;
        }
    }

    private final Reason reason;

    EmbeddedStartFailure(Reason reason, String message) {
        this(reason, message, null);
    }

    EmbeddedStartFailure(Reason reason, String message, Throwable cause) {
        super(reason.status, message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
