package io.catchwater.cli.control;

import io.catchwater.cli.ExitStatus;
import io.catchwater.files.Errno;
import io.catchwater.schemas.control.Status;

/** What a command's terminal status means for the exit status. */
public final class Outcomes {

    private Outcomes() {}

    /** @param status a terminal one */
    public static ExitStatus of(Status status) {
        return switch (status.getState()) {
            case COMPLETED -> status.getErrorCode() == 0 ? ExitStatus.DONE : ExitStatus.INCOMPLETE;
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
