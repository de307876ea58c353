package io.catchwater.sink.restore;

import io.catchwater.files.Names;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Gap;
import io.catchwater.sink.control.RestorableWindows.Window;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Moments in messages: LSN and time, each as it can be asked for again. */
public final class MomentText {

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;

    private MomentText() {}

    /**
     * A moment that can be asked for: asking for its time gives the state at its LSN, or one less than a millisecond newer.
     * Where nothing follows for a second it gives exactly that state.
     */
    public static String moment(long lsn, long timeNs) {
        return Lsn.format(lsn) + " (" + momentTime(timeNs) + ")";
    }

    /** The time of {@link #moment}: in milliseconds, not earlier than it is. */
    public static String momentTime(long timeNs) {
        return asOfTime(timeNs + NS_PER_MS - 1);
    }

    /** The moment as of which a state is: its time is never given later than it is. */
    public static String asOf(long lsn, long timeNs) {
        return Lsn.format(lsn) + " (" + asOfTime(timeNs) + ")";
    }

    /** The time of {@link #asOf}: in milliseconds, not later than it is. */
    public static String asOfTime(long timeNs) {
        return instant(timeNs).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static Instant instant(long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_SECOND), Math.floorMod(timeNs, NS_PER_SECOND));
    }

    /** How long, for a reader. */
    public static String duration(long ns) {
        double seconds = (double) ns / NS_PER_SECOND;
        return seconds < 1
                ? String.format(Locale.ROOT, "%d ms", Math.max(1, Math.round(seconds * 1000)))
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    /** Why a window ends, for a reader. */
    public static String why(Window window) {
        return window.endedBy().map(MomentText::why).orElse("nothing more is known");
    }

    /** Why no moment can be restored in a gap, for a reader. */
    public static String why(Gap gap) {
        String said = Names.printable(gap.getReason().getBytes(StandardCharsets.UTF_8));
        String reason = said.isEmpty() ? "" : ": " + said;
        return switch (gap.getKind()) {
            case COPY_OPEN -> said;
            case UNCAPTURED -> "not captured" + reason;
            case NOT_CAPTURING -> "nobody captured" + reason;
            case LOST -> "changes are missing" + reason;
        };
    }
}
