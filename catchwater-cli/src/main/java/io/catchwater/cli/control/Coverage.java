package io.catchwater.cli.control;

import io.catchwater.cli.ExitStatus;
import io.catchwater.schemas.UncoveredReasons;
import java.io.PrintStream;
import java.util.List;

/**
 * What a backup says it may lack, sorted by what it means.
 *
 * @param lines as status and manifest have them: a path, a colon, the reason
 */
public record Coverage(List<String> lines) {

    /** SQLite's index of its write-ahead log holds nothing of its own and is made anew when the database is opened. */
    private static final String SQLITE_INDEX = "-shm: ";

    public Coverage {
        lines = List.copyOf(lines);
    }

    /** What a directory lacks that was cut while programs ran. */
    public List<String> atACut() {
        return lines.stream()
                .filter(line -> !UncoveredReasons.isReadAgain(line) && !UncoveredReasons.isSettled(line))
                .filter(line -> !(UncoveredReasons.isMapped(line) && line.contains(SQLITE_INDEX)))
                .toList();
    }

    /** What a replica lacks after all programs have ended and every mapped file was read again. */
    public List<String> atTheEnd() {
        return lines.stream()
                .filter(line -> !UncoveredReasons.isReadAgain(line)
                        && !UncoveredReasons.isMapped(line)
                        && !UncoveredReasons.isSettled(line))
                .toList();
    }

    /** What nobody captured, and was found by its change time and read again. */
    public List<String> readAgain() {
        return lines.stream().filter(UncoveredReasons::isReadAgain).toList();
    }

    /**
     * Names what a cut lacks, and what had to be read again for it.
     *
     * @param strict whether what had to be read again is as bad as what is lacking
     * @return how the command ends
     */
    public ExitStatus tell(PrintStream err, boolean strict) {
        List<String> lacking = atACut();
        lacking.forEach(line -> err.println("catchwater: not captured: " + line));
        readAgain().forEach(line -> err.println("catchwater: " + line));
        boolean fine = lacking.isEmpty() && !(strict && !readAgain().isEmpty());
        return fine ? ExitStatus.DONE : ExitStatus.NOT_CAPTURED;
    }
}
