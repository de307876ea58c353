package io.catchwater.cli.restore;

import io.catchwater.schemas.Lsn;
import io.catchwater.sink.restore.RestorePoint;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as users write them. */
public final class Moments {

    private static final String EXPECTED =
            "expected latest, an LSN such as 1/2A40, a time such as 2031-04-01T12:00:00Z or -5m, or snapshot:ID";
    private static final String SNAPSHOT = "snapshot:";
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,9})([smhd])");
    private static final long NANOS = 1_000_000_000L;

    private Moments() {}

    /**
     * Reads {@code latest}, {@code 1/2A40}, {@code 2031-04-01T12:00:00+02:00}, {@code -5m}, {@code snapshot:ID}.
     *
     * @param now what a time such as {@code -5m} counts from
     * @throws IllegalArgumentException when it is none of these; the message can be shown to a user
     */
    public static RestorePoint parse(String text, Instant now) {
        if (text.equals("latest")) {
            return new RestorePoint.Latest();
        }
        if (text.startsWith(SNAPSHOT) && text.length() > SNAPSHOT.length()) {
            return new RestorePoint.AtSnapshot(text.substring(SNAPSHOT.length()));
        }
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return at(now.minus(duration(ago)));
        }
        return text.indexOf('T') > 0 ? time(text) : lsn(text);
    }

    /** The last change made at this time or before. */
    public static RestorePoint at(Instant time) {
        return new RestorePoint.AtTime(time.getEpochSecond() * NANOS + time.getNano());
    }

    /** The time of nanoseconds since 1970. */
    public static Instant instant(long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NANOS), Math.floorMod(timeNs, NANOS));
    }

    private static RestorePoint time(String text) {
        try {
            return at(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time with its zone, such as 2031-04-01T12:00:00Z", e);
        }
    }

    private static RestorePoint lsn(String text) {
        try {
            return new RestorePoint.AtLsn(Lsn.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no moment: " + EXPECTED, e);
        }
    }

    private static Duration duration(Matcher ago) {
        long number = Long.parseLong(ago.group(1));
        return switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
