package io.catchwater.sink.cut;

import io.catchwater.files.Names;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.Uncovered;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What may have changed unseen since the base copy, one line each, for a reader. For one thread. */
public final class UncoveredLines {

    /** Lines kept; of what comes after only the kind is told. */
    public static final int LINES_LIMIT = 1000;

    private static final String MORE = "and others";

    private final Set<String> lines;

    public UncoveredLines(List<String> lines) {
        this.lines = new LinkedHashSet<>(lines);
    }

    public void add(Uncovered seen) {
        if (seen.getReason().equals(UncoveredReasons.MAPPED_ANEW)) {
            lines.removeIf(line -> UncoveredReasons.isMapped(line) || UncoveredReasons.isSettled(line));
            return;
        }
        byte[] path = new byte[seen.getPath().remaining()];
        seen.getPath().duplicate().get(path);
        String process = seen.getPid() == 0 ? "" : " (process " + seen.getPid() + ")";
        String line = Names.printable(path) + ": " + seen.getReason() + process;
        lines.add(lines.size() < LINES_LIMIT ? line : others(line));
    }

    /** Readers tell kinds apart: what was read again at the end is no reason to doubt a replica. */
    private static String others(String line) {
        if (UncoveredReasons.isMapped(line)) {
            return MORE + ": " + UncoveredReasons.MAPPED;
        }
        if (UncoveredReasons.isSettled(line)) {
            return MORE + ": " + UncoveredReasons.SETTLED;
        }
        return UncoveredReasons.isReadAgain(line) ? MORE + UncoveredReasons.READ_AGAIN : MORE;
    }

    /** A cut was made: what had been read again before it is in it. */
    public void cutMade() {
        lines.removeIf(UncoveredReasons::isReadAgain);
    }

    /** Everything is read anew. */
    public void clear() {
        lines.clear();
    }

    /** Of a cut after the one that the lines were meant for: what kept still until then may have been stored into since. */
    public List<String> linesOfLaterCut() {
        return lines.stream()
                .map(line -> UncoveredReasons.isSettled(line)
                        ? line.replace(UncoveredReasons.SETTLED, UncoveredReasons.MAPPED)
                        : line)
                .toList();
    }

    public int size() {
        return lines.size();
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
