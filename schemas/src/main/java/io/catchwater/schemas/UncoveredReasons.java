package io.catchwater.schemas;

/**
 * How the reasons of {@link io.catchwater.schemas.event.Uncovered} are told apart in the lines of a status or a manifest:
 * {@code PATH: REASON (process N)}.
 */
public final class UncoveredReasons {

    /** Of a file that is stored to through memory; the bridge reads it again at each cut and at the end. */
    public static final String MAPPED = "mapped shared and writable: what is stored there is seen only at a cut";

    /** Of such a file too: it is in a cut as it was then. */
    public static final String SETTLED = "mapped shared and writable: read while nothing was stored there";

    /** Without a path: of the files that are stored to through memory those count that are named from here on. */
    public static final String MAPPED_ANEW = "the files that are mapped shared and writable are named anew";

    /** Ends the reason of what nobody captured, and the bridge has found and read again before the cut. */
    public static final String READ_AGAIN = "; read again";

    private UncoveredReasons() {}

    /** True for a line about what nobody captured and was read again. */
    public static boolean isReadAgain(String line) {
        return line.contains(READ_AGAIN);
    }

    /** True for a line about a file that is stored to through memory, and was read while nothing was. */
    public static boolean isSettled(String line) {
        return line.contains(": " + SETTLED);
    }

    /** True for a line about a file that is stored to through memory. */
    public static boolean isMapped(String line) {
        return line.contains(": " + MAPPED);
    }
}
