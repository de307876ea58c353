package io.catchwater.cli.control;

import io.catchwater.cli.ExitStatus;
import java.io.PrintStream;
import java.util.List;

/**
 * What a backup says it may lack, sorted by what it means.
 *
 * @param lines as status and manifest have them: a path, a colon, the reason
 */
public record Coverage(List<String> lines) {

    /** Begins the reason of files that are stored to through memory; the bridge reads them again at each cut and at the end. */
    private static final String MAPPED = ": mapped shared";

    /** SQLite's index of its write-ahead log. It holds nothing of its own and is made anew when the database is opened. */
    private static final String SQLITE_INDEX = "-shm" + MAPPED;

    public Coverage {
        lines = List.copyOf(lines);
    }

    /** What a directory lacks that was cut while programs ran. */
    public List<String> atACut() {
        return lines.stream().filter(line -> !line.contains(SQLITE_INDEX)).toList();
    }

    /** What a replica lacks after all programs have ended and every mapped file was read again. */
    public List<String> atTheEnd() {
        return lines.stream().filter(line -> !line.contains(MAPPED)).toList();
    }

    /**
     * Names what a cut lacks.
     *
     * @return how the command ends
     */
    public ExitStatus tell(PrintStream err) {
        List<String> lacking = atACut();
        lacking.forEach(line -> err.println("catchwater: not captured: " + line));
        return lacking.isEmpty() ? ExitStatus.DONE : ExitStatus.NOT_CAPTURED;
    }
}
