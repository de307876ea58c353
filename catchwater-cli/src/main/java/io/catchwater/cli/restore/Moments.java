package io.catchwater.cli.restore;

import io.catchwater.schemas.Lsn;
import io.catchwater.sink.restore.RestorePoint;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as users write them. */
public final class Moments {

    private static final String EXPECTED = "expected latest, now, an LSN such as 1/2A40, a time such as"
            + " 2031-04-01T12:00:00Z, @1932811200, -1h30m or '10 minutes ago', or snapshot:ID";
    private static final String SNAPSHOT = "snapshot:";
    private static final Pattern AGO = Pattern.compile("-((?:[0-9]{1,9}[smhd])+)");
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})([smhd])");
    private static final Pattern WORDS_AGO =
            Pattern.compile("([0-9]{1,9}) (second|minute|hour|day)s? ago", Pattern.CASE_INSENSITIVE);
    private static final Pattern EPOCH = Pattern.compile("@([0-9]{1,11})(?:\\.([0-9]{1,9}))?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(?:\\.[0-9]+)?");
    private static final Pattern TIME =
            Pattern.compile("([0-9-]+)[Tt ]([0-9:]+)(?:[.,]([0-9]{1,9}))?" + "(?: ?([Zz]|[+-][0-9]{2}:?[0-9]{2}))?");
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm[:ss]", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final long NANOS = 1_000_000_000L;

    private Moments() {}

    /**
     * A moment that somebody asked for.
     *
     * @param note how it was understood, for a reader, where that is not plain; else empty
     */
    public record Asked(RestorePoint point, String note) {}

    /**
     * Reads {@code latest}, {@code now}, {@code 1/2A40}, {@code 2031-04-01T12:00:00+02:00}, {@code 2031-04-01 12:00:00},
     * {@code @1932811200}, {@code -1h30m}, {@code 10 minutes ago}, {@code snapshot:ID}.
     *
     * @param now what a time such as {@code -5m} counts from
     * @param zone of a time that does not say its own
     * @throws IllegalArgumentException when it is none of these; the message can be shown to a user
     */
    public static Asked parse(String text, Instant now, ZoneId zone) {
        if (text.startsWith(SNAPSHOT) && text.length() > SNAPSHOT.length()) {
            return plain(new RestorePoint.AtSnapshot(text.substring(SNAPSHOT.length())));
        }
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return plain(at(now.minus(duration(ago.group(1)))));
        }
        Matcher words = WORDS_AGO.matcher(text);
        if (words.matches()) {
            return plain(at(now.minus(
                    duration(words.group(1) + words.group(2).substring(0, 1).toLowerCase(Locale.ROOT)))));
        }
        Matcher epoch = EPOCH.matcher(text);
        if (epoch.matches()) {
            return plain(at(Instant.ofEpochSecond(Long.parseLong(epoch.group(1)), nanos(epoch.group(2)))));
        }
        return switch (text) {
            case "latest" -> plain(new RestorePoint.Latest());
            case "now" -> plain(at(now));
            default -> timeOrLsn(text, zone);
        };
    }

    private static Asked timeOrLsn(String text, ZoneId zone) {
        if (NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' may be a time or an LSN: write @" + text
                    + " for seconds since 1970, or the LSN as INCARNATION/UNIT, such as 1/2A40");
        }
        Matcher time = TIME.matcher(text);
        return time.matches() ? time(text, time, zone) : plain(lsn(text));
    }

    private static Asked plain(RestorePoint point) {
        return new Asked(point, "");
    }

    /** The last change made at this time or before. */
    public static RestorePoint at(Instant time) {
        return new RestorePoint.AtTime(time.getEpochSecond() * NANOS + time.getNano());
    }

    /** The time of nanoseconds since 1970. */
    public static Instant instant(long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NANOS), Math.floorMod(timeNs, NANOS));
    }

    private static Asked time(String text, Matcher time, ZoneId zone) {
        try {
            LocalDateTime local = LocalDateTime.parse(time.group(1) + "T" + time.group(2), DATE_TIME)
                    .withNano((int) nanos(time.group(3)));
            if (time.group(4) == null) {
                Instant instant = local.atZone(zone).toInstant();
                return new Asked(at(instant), "'" + text + "' is taken as a time of zone " + zone + ": " + instant);
            }
            ZoneOffset offset = ZoneOffset.of(time.group(4).toUpperCase(Locale.ROOT));
            return plain(at(local.toInstant(offset)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time that exists; expected such as 2031-04-01T12:00:00Z", e);
        }
    }

    private static long nanos(String fraction) {
        return fraction == null ? 0 : Long.parseLong((fraction + "000000000").substring(0, 9));
    }

    private static RestorePoint lsn(String text) {
        try {
            return new RestorePoint.AtLsn(Lsn.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no moment: " + EXPECTED, e);
        }
    }

    private static Duration duration(String text) {
        Duration duration = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            duration = duration.plus(
                    switch (part.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
        }
        return duration;
    }
}
