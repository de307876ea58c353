package io.catchwater.cli.command;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Names commands that the user did not name. */
final class CommandIds {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final int RANDOM_BOUND = 1 << 16;

    private CommandIds() {}

    /** A new id: what it is about, the time, and something that tells two of the same second apart. */
    static String next(String about) {
        String time = ZonedDateTime.now(ZoneOffset.UTC).format(TIME);
        return String.format(
                Locale.ROOT,
                "%s-%s-%04x",
                about,
                time,
                ThreadLocalRandom.current().nextInt(RANDOM_BOUND));
    }
}
