package io.catchwater.cli.progress;

import static java.util.Objects.requireNonNull;

import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;

/**
 * How far something is.
 *
 * @param phase one word
 * @param percentDone 0 to 100
 * @param bytesTotal bytes known of, 0 while not known
 * @param filesTotal files known of, 0 while not known
 * @param throttle limit in bytes per second, -1 none
 * @param lagBytes captured and not yet applied
 * @param lagSeconds age of the newest applied change while there are newer ones
 * @param lsn reached, 0 none
 * @param text what is being done, in words; empty where that says no more than the numbers
 * @param currentFile being copied, empty where there is none
 * @param changesPerSecond bytes of changes that arrive
 * @param converging false while changes arrive faster than the throttle lets them go
 */
public record Progress(
        String phase,
        double percentDone,
        long bytesDone,
        long bytesTotal,
        long filesDone,
        long filesTotal,
        long bytesPerSecond,
        long throttle,
        double secondsElapsed,
        long lagBytes,
        double lagSeconds,
        long lsn,
        String text,
        String currentFile,
        long changesPerSecond,
        boolean converging) {

    public Progress {
        requireNonNull(phase);
        requireNonNull(text);
        requireNonNull(currentFile);
    }

    /** With numbers alone. */
    public Progress(
            String phase,
            double percentDone,
            long bytesDone,
            long bytesTotal,
            long filesDone,
            long filesTotal,
            long bytesPerSecond,
            long throttle,
            double secondsElapsed,
            long lagBytes,
            double lagSeconds,
            long lsn) {
        this(
                phase,
                percentDone,
                bytesDone,
                bytesTotal,
                filesDone,
                filesTotal,
                bytesPerSecond,
                throttle,
                secondsElapsed,
                lagBytes,
                lagSeconds,
                lsn,
                "",
                "",
                0,
                true);
    }

    /** What a record of the status topic says. */
    public static Progress of(Status status) {
        return new Progress(
                status.getState() == State.PAUSED ? "paused" : status.getPhase(),
                status.getPercentDone(),
                status.getBytesDone(),
                status.getBytesTotal(),
                status.getFilesDone(),
                status.getFilesTotal(),
                status.getBytesPerSecond(),
                status.getThrottle(),
                status.getSecondsElapsed(),
                status.getLagBytes(),
                status.getLagSeconds(),
                status.getLsn(),
                status.getProgressText(),
                status.getCurrentFile(),
                status.getChangesPerSecond(),
                status.getConverging());
    }

    /** Seconds to go at the present rate; -1 while nobody can know. */
    public double secondsRemaining() {
        if (bytesTotal <= 0 || bytesPerSecond <= 0) {
            return -1;
        }
        return Math.max(0, bytesTotal - bytesDone) / (double) bytesPerSecond;
    }
}
