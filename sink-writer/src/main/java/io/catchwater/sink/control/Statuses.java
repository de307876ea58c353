package io.catchwater.sink.control;

import io.catchwater.files.Errno;
import io.catchwater.schemas.GeneratedClasses;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.cut.UncoveredWords;
import io.catchwater.sink.throttle.Rate;
import java.util.List;

/** Makes status records. */
public final class Statuses {

    /** With COMPLETED: what was made has something in it that was not provably captured. */
    public static final int NOT_CAPTURED = Errno.ENODATA;

    private static final long NS_PER_MS = 1_000_000L;

    static {
        GeneratedClasses.trust();
    }

    private Statuses() {}

    /** With nothing done yet and no error; the command id is empty for the source itself. */
    public static Status of(String commandId, String source, State state, String phase) {
        return Status.newBuilder()
                .setCommandId(commandId)
                .setSource(source)
                .setState(state)
                .setPhase(phase)
                .setPercentDone(0)
                .setBytesDone(0)
                .setBytesTotal(0)
                .setFilesDone(0)
                .setFilesTotal(0)
                .setBytesPerSecond(0)
                .setThrottle(Rate.UNLIMITED)
                .setSecondsElapsed(0)
                .setLagBytes(0)
                .setLagSeconds(0)
                .setLsn(Lsn.NONE)
                .setTimeNs(nowNs())
                .setPath("")
                .setErrorCode(0)
                .setErrorString("")
                .setUncovered(List.of())
                .setUnseen(List.of())
                .build();
    }

    /** An end that is not COMPLETED; the error number is never 0. */
    public static Status failed(String commandId, String source, State state, int errno, String message) {
        Status status = of(commandId, source, state, "done");
        status.setErrorCode(errno);
        status.setErrorString(message);
        return status;
    }

    /** Says what may have changed unseen. */
    public static void setUnseen(Status status, List<Uncovered> facts) {
        status.setUncovered(UncoveredWords.lines(facts));
        status.setUnseen(facts);
    }

    /**
     * Of a snapshot that is made: names what may have changed unseen, and says so by an error number when something was not
     * provably captured.
     *
     * @param allowed whether that is no error
     */
    public static void setOutcome(Status status, List<Uncovered> facts, boolean allowed) {
        setUnseen(status, facts);
        List<Uncovered> open = new Coverage(facts).atACut();
        if (!allowed && !open.isEmpty()) {
            status.setErrorCode(NOT_CAPTURED);
            status.setErrorString("not everything in it was provably captured: "
                    + UncoveredWords.lines(open).get(0));
        }
    }

    /** True when no other state follows. */
    public static boolean isFinal(State state) {
        return switch (state) {
            case COMPLETED, FAILED, REJECTED, CANCELLED -> true;
            case ACCEPTED, RUNNING, PAUSED -> false;
        };
    }

    /** Wall clock, nanoseconds since 1970. */
    public static long nowNs() {
        return System.currentTimeMillis() * NS_PER_MS;
    }
}
