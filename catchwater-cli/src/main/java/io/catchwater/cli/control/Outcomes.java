package io.catchwater.cli.control;

import io.catchwater.cli.ExitStatus;
import io.catchwater.files.Errno;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.control.Statuses;

/** What a command's terminal status means for the exit status. */
public final class Outcomes {

    private Outcomes() {}

    /** @param status a terminal one */
    public static ExitStatus of(Status status) {
        return switch (status.getState()) {
            case COMPLETED ->
                switch (status.getErrorCode()) {
                    case 0 -> ExitStatus.DONE;
                    case Statuses.NOT_CAPTURED -> ExitStatus.NOT_CAPTURED;
                    default -> ExitStatus.INCOMPLETE;
                };
            case CANCELLED -> ExitStatus.CANCELLED;
            default -> failed(status.getErrorCode());
        };
    }

    private static ExitStatus failed(int errno) {
        return switch (errno) {
            case Errno.EBUSY -> ExitStatus.BUSY;
            case Errno.EACCES, Errno.EPERM -> ExitStatus.DENIED;
            case Errno.ENOENT,
                    Errno.ENOTDIR,
                    Errno.ENOTEMPTY,
                    Errno.EEXIST,
                    Errno.EINVAL,
                    Errno.EROFS,
                    Errno.ENOSPC,
                    Errno.ELOOP,
                    Errno.ENAMETOOLONG,
                    Errno.ESTALE -> ExitStatus.DESTINATION_UNUSABLE;
            default -> ExitStatus.FAILED;
        };
    }
}
