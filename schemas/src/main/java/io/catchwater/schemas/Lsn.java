package io.catchwater.schemas;

import static io.catchwater.schemas.ring.RingLayout.ENTRY_ALIGNMENT;
import static io.catchwater.schemas.ring.RingLayout.LSN_POSITION_BITS;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Log sequence numbers: the total order of a source's changes.
 *
 * <p>An LSN is {@code incarnation << 47 | ring position / 64}, so that LSNs of one source compare as plain
 * {@code long} values, over all its rings. People read and write it as {@code INCARNATION/UNIT}, both
 * hexadecimal, such as {@code 1/2A40}.
 */
public final class Lsn {

    /** Below every LSN. */
    public static final long NONE = 0;

    /** Highest incarnation that fits beside the position. */
    public static final long INCARNATION_LIMIT = 0xFFFF;

    private static final long POSITION_MASK = (1L << LSN_POSITION_BITS) - 1;
    private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,4})/([0-9A-Fa-f]{1,12})");

    private Lsn() {}

    /**
     * The LSN of the entry that begins at a ring position.
     *
     * @param incarnation of the ring, 1 to {@link #INCARNATION_LIMIT}
     * @param ringPosition in bytes, a multiple of the entry alignment
     * @throws IllegalArgumentException when either is out of range
     */
    public static long of(long incarnation, long ringPosition) {
        long unit = ringPosition / ENTRY_ALIGNMENT;
        if (incarnation < 1 || incarnation > INCARNATION_LIMIT || ringPosition < 0 || unit > POSITION_MASK) {
            throw new IllegalArgumentException(
                    "no LSN for incarnation " + incarnation + ", ring position " + ringPosition);
        }
        return incarnation << LSN_POSITION_BITS | unit;
    }

    /**
     * The highest LSN that an entry beginning before a ring position can have.
     *
     * @param incarnation of the ring, 1 to {@link #INCARNATION_LIMIT}
     * @param ringPosition in bytes, at least the entry alignment: a tail, or how far the ring is drained
     */
    public static long before(long incarnation, long ringPosition) {
        return of(incarnation, ringPosition) - 1;
    }

    /** The incarnation that an LSN belongs to. */
    public static long incarnation(long lsn) {
        return lsn >>> LSN_POSITION_BITS;
    }

    /** As people read it. */
    public static String format(long lsn) {
        return String.format(Locale.ROOT, "%X/%X", incarnation(lsn), lsn & POSITION_MASK);
    }

    /**
     * What {@link #format} wrote, or a plain decimal number.
     *
     * @throws IllegalArgumentException when the text is neither; its message can be shown to a user
     */
    public static long parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            long unit = Long.parseLong(matcher.group(2), 16);
            if (unit <= POSITION_MASK) {
                return Long.parseLong(matcher.group(1), 16) << LSN_POSITION_BITS | unit;
            }
        } else if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        throw new IllegalArgumentException("not an LSN: '" + text + "' (expected such as 1/2A40)");
    }
}
