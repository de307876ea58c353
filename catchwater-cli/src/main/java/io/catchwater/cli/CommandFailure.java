package io.catchwater.cli;

import static java.util.Objects.requireNonNull;

/**
 * Ends a command with one line on standard error and an exit status.
 *
 * <p>Thrown for what the user can do something about; the message says what. Anything else that escapes a command is a
 * defect and is reported with its stack trace in the log.
 */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;
    private final int errorCode;

    /**
     * @param status what the process ends with
     * @param message one line, without the program's name, that says what is wrong and what to do
     */
    public CommandFailure(ExitStatus status, String message) {
        this(status, message, null);
    }

    /**
     * @param status what the process ends with
     * @param message one line, without the program's name, that says what is wrong and what to do
     * @param cause for the log, may be null
     */
    public CommandFailure(ExitStatus status, String message, Throwable cause) {
        this(status, 0, message, cause);
    }

    /**
     * @param status what the process ends with
     * @param errorCode errno, as {@code --json} tells it; 0 where there is none
     * @param message one line, without the program's name, that says what is wrong and what to do
     * @param cause for the log, may be null
     */
    public CommandFailure(ExitStatus status, int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.status = requireNonNull(status);
        this.errorCode = errorCode;
    }

    public final ExitStatus status() {
        return status;
    }

    /** An errno value, 0 where there is none. */
    public final int errorCode() {
        return errorCode;
    }
}
