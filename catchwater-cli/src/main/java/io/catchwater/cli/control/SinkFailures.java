package io.catchwater.cli.control;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;

/** What the sink's reasons mean for the exit status. */
public final class SinkFailures {

    private SinkFailures() {}

    /** The same failure, for the command line. */
    public static CommandFailure explain(SinkException failure) {
        return new CommandFailure(status(failure), failure.errno(), failure.getMessage(), failure);
    }

    private static ExitStatus status(SinkException failure) {
        return switch (failure.reason()) {
            case NO_SUCH_SOURCE, NO_SUCH_SNAPSHOT -> ExitStatus.NOT_FOUND;
            case BUSY -> ExitStatus.BUSY;
            case NOT_RESTORABLE -> ExitStatus.NOT_RESTORABLE;
            case GAP -> ExitStatus.GAP;
            case CANCELLED -> ExitStatus.CANCELLED;
            case DESTINATION_UNUSABLE ->
                failure.errno() == Errno.EACCES || failure.errno() == Errno.EPERM
                        ? ExitStatus.DENIED
                        : ExitStatus.DESTINATION_UNUSABLE;
            case FAILED -> ExitStatus.FAILED;
        };
    }
}
