package io.catchwater.cli;

/** What the process tells its caller when it ends. Part of the contract with scripts: numbers are added, never changed. */
public enum ExitStatus {
    DONE(0),
    FAILED(1),
    /** Wrong arguments; also a source that is missing or not a directory. */
    USAGE(2),
    /** Finished, but something is missing from the result. */
    INCOMPLETE(3),
    /** No such source, snapshot or command id. */
    NOT_FOUND(10),
    /** Another of its kind is running. */
    BUSY(11),
    /** Permission or authentication. */
    DENIED(12),
    /** The wanted moment lies outside every restorable window. */
    NOT_RESTORABLE(20),
    /** The stream has a gap inside the wanted range. */
    GAP(21),
    /** A change could not be captured; the message names it. */
    NOT_CAPTURED(22),
    /** Verification found a difference. */
    DIFFERENT(23),
    /** The destination is not empty, not a directory, outside the allowed prefix or inside the source. */
    DESTINATION_UNUSABLE(24),
    /** Changes arrive faster than the throttle lets them go. */
    NOT_CONVERGING(25),
    CANCELLED(130);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    /** The number that the process ends with, 0 to 255. */
    public int code() {
        return code;
    }
}
