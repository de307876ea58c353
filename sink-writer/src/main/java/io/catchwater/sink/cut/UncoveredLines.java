package io.catchwater.sink.cut;

import io.catchwater.files.Names;
import io.catchwater.schemas.UncoveredReasons;
import io.catchwater.schemas.event.Uncovered;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What may have changed unseen since the base copy, one line each, for a reader. For one thread. */
public final class UncoveredLines {

    /** Lines kept; what comes after is not told apart. */
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
        lines.add(lines.size() < LINES_LIMIT ? Names.printable(path) + ": " + seen.getReason() + process : MORE);
    }

    /** A cut was made: what had been read again before it is in it. */
    public void cutMade() {
        lines.removeIf(UncoveredReasons::isReadAgain);
    }

    /** Everything is read anew. */
    public void clear() {
        lines.clear();
    }

    public int size() {
        return lines.size();
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
