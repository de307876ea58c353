package io.catchwater.schemas;

import io.catchwater.schemas.event.FileId;
import java.util.regex.Pattern;

/**
 * Names of the topics, and which partition a record goes to.
 *
 * <p>Partition 0 of a source's topics carries names, copies, cuts: all whose order among each other matters.
 * The files' own changes are spread over the others by file id. {@code events}, {@code chunks} and
 * {@code ordered} of a source have the same number of partitions, so that what belongs together has one number.
 */
public final class Topics {

    /** Records about names and about the source as a whole. */
    public static final int NAMES_PARTITION = 0;

    /** Partitions of a source's topics where nothing else is configured. */
    public static final int DEFAULT_PARTITIONS = 4;

    /** Fewest partitions: one for names, one for files. */
    public static final int MINIMUM_PARTITIONS = 2;

    /** Largest record, in bytes, in any topic. */
    public static final int RECORD_BYTES_LIMIT = 4 << 20;

    /** Most content in one record of the chunks topic, in bytes. */
    public static final int CHUNK_BYTES_LIMIT = 1 << 20;

    public static final String COMMANDS = "catchwater.commands";
    public static final String STATUS = "catchwater.status";
    public static final String CATALOG = "catchwater.catalog";

    private static final Pattern SOURCE_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}");

    private Topics() {}

    /** Captured changes, chunk references, watermarks of a source. */
    public static String events(String source) {
        return of(source, "events");
    }

    /** Bytes of a source's base copies. */
    public static String chunks(String source) {
        return of(source, "chunks");
    }

    /** A source's operations, in order. */
    public static String ordered(String source) {
        return of(source, "ordered");
    }

    /**
     * Checks a source's name.
     *
     * @return the name
     * @throws IllegalArgumentException when it can't be part of a topic's name; the message can be shown to a user
     */
    public static String requireSourceName(String source) {
        if (!SOURCE_NAME.matcher(source).matches()) {
            throw new IllegalArgumentException(
                    "not a source name: '" + source + "' (letters, digits, _ and -, at most 100)");
        }
        return source;
    }

    /**
     * The partition of a file's own records.
     *
     * @param partitions how many the topic has, at least {@link #MINIMUM_PARTITIONS}
     * @return 1 to partitions - 1
     */
    public static int partition(FileId file, int partitions) {
        long hash = file.getDevice() * 31 + file.getInode();
        hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
        return 1 + (int) Long.remainderUnsigned(hash >>> 16, partitions - 1L);
    }

    /** Key of a source's status on the status topic; the sink says it. */
    public static String statusKey(String source) {
        return "source/" + source;
    }

    /** Key of what a source's bridge says on the status topic. */
    public static String bridgeStatusKey(String source) {
        return statusKey(source) + "/bridge";
    }

    private static String of(String source, String kind) {
        return "catchwater." + requireSourceName(source) + "." + kind;
    }
}
