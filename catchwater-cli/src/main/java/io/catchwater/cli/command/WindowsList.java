package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.control.ServedWindows;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.progress.TextTable;
import io.catchwater.cli.restore.WindowJson;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Gap;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.restore.MomentText;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** How {@code list} shows windows, and what no moment of them can be restored. */
final class WindowsList {

    /** Of a window's holes so many are listed, the longest; the others are summed up. */
    private static final int HOLES_LISTED = 5;

    private WindowsList() {}

    static TextTable table() {
        return new TextTable("SOURCE", "RESTORABLE FROM", "UNTIL", "THEN");
    }

    static TextTable holesTable() {
        return new TextTable("SOURCE", "NO MOMENT AFTER", "UNTIL", "FOR", "BECAUSE OF");
    }

    static void rows(TextTable table, String source, ServedWindows served) {
        for (Window window : served.windows().windows()) {
            boolean now = served.reachesNow(window);
            table.row(
                    source,
                    MomentText.moment(window.fromLsn(), window.fromTimeNs()),
                    now ? "now" : MomentText.moment(window.toLsn(), window.toTimeNs()),
                    now ? "" : WindowJson.then(window));
        }
    }

    static void holes(TextTable table, String source, ServedWindows served) {
        for (Window window : served.windows().windows()) {
            List<Gap> longest = window.holes().stream()
                    .sorted(Comparator.comparingLong(WindowsList::lengthNs).reversed())
                    .toList();
            longest.stream()
                    .limit(HOLES_LISTED)
                    .sorted(Comparator.comparingLong(Gap::getFromLsn))
                    .forEach(gap -> table.row(
                            source,
                            MomentText.moment(gap.getFromLsn(), gap.getFromTimeNs()),
                            gap.getToLsn() == Lsn.NONE ? "" : MomentText.moment(gap.getToLsn(), gap.getToTimeNs()),
                            gap.getToLsn() == Lsn.NONE ? "still" : duration(lengthNs(gap)),
                            MomentText.why(gap)));
            List<Gap> others = longest.stream().skip(HOLES_LISTED).toList();
            if (!others.isEmpty()) {
                long totalNs = others.stream().mapToLong(WindowsList::lengthNs).sum();
                table.row(
                        source,
                        "and " + Quantities.count(others.size(), "other", "others"),
                        "",
                        duration(totalNs),
                        "the longest " + duration(lengthNs(others.get(0))));
            }
        }
    }

    private static String duration(long ns) {
        return Quantities.duration(Duration.ofNanos(ns));
    }

    private static long lengthNs(Gap gap) {
        return gap.getToLsn() == Lsn.NONE ? Long.MAX_VALUE : Math.max(0, gap.getToTimeNs() - gap.getFromTimeNs());
    }

    static ObjectNode message(String source, ServedWindows served, Window window) {
        return WindowJson.fill(JsonMessages.message("window").put("source", source), served.reachesNow(window), window);
    }
}
