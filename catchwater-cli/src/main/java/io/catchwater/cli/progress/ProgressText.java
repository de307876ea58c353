package io.catchwater.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** One line about a progress. */
final class ProgressText {

    private static final String SEPARATOR = "  ";
    private static final String ELLIPSIS = "…";
    private static final int LEAST_FILE_COLUMNS = 8;

    private ProgressText() {}

    /** Such as {@code copying   42.0 %  12.0 MB of 28.6 MB  7 of 12 files  3.40 MB/s  4.9 s left}. */
    static String of(Progress progress) {
        return String.join(SEPARATOR, parts(progress));
    }

    /** In a number of columns: what matters least is left out first, and what is being copied comes where there is room. */
    static String of(Progress progress, int columns) {
        List<String> parts = parts(progress);
        // Share, size and rate or time: what a person looks for.
        for (int least = 2; String.join(SEPARATOR, parts).length() > columns && parts.size() > least; ) {
            parts.remove(least);
        }
        String line = String.join(SEPARATOR, parts);
        String file = progress.currentFile();
        int room = columns - line.length() - SEPARATOR.length();
        if (!file.isEmpty() && room >= LEAST_FILE_COLUMNS) {
            line += SEPARATOR + shortened(file, room);
        }
        return line.length() <= columns ? line : line.substring(0, columns - 1) + ELLIPSIS;
    }

    private static String shortened(String file, int columns) {
        return file.length() <= columns ? file : ELLIPSIS + file.substring(file.length() - columns + 1);
    }

    private static List<String> parts(Progress progress) {
        List<String> parts = new ArrayList<>();
        if (progress.phase().equals("waiting") && !progress.text().isEmpty()) {
            parts.add(progress.text());
            if (progress.lagBytes() > 0) {
                parts.add(Quantities.bytes(progress.lagBytes()) + " behind");
            }
            addRates(parts, progress);
            return parts;
        }
        parts.add(String.format(Locale.ROOT, "%-9s %5.1f %%", progress.phase(), progress.percentDone()));
        parts.add(done(Quantities.bytes(progress.bytesDone()), progress.bytesTotal(), Quantities::bytes));
        parts.add(done(Quantities.count(progress.filesDone()), progress.filesTotal(), Quantities::count) + " files");
        addRates(parts, progress);
        double remaining = progress.secondsRemaining();
        if (remaining >= 0) {
            parts.add(Quantities.seconds(remaining) + " left");
        }
        return parts;
    }

    private static void addRates(List<String> parts, Progress progress) {
        if (progress.bytesPerSecond() > 0) {
            parts.add(Quantities.rate(progress.bytesPerSecond()));
        }
        if (progress.throttle() >= 0) {
            parts.add("limit " + Quantities.rate(progress.throttle()));
        }
        if (!progress.converging()) {
            parts.add("not converging: " + Quantities.rate(progress.changesPerSecond()) + " of changes arrive");
        }
    }

    private static String done(String done, long total, LongFunction<String> format) {
        return total > 0 ? done + " of " + format.apply(total) : done;
    }
}
