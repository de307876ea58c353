package io.catchwater.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line about a progress. */
final class ProgressText {

    private static final String SEPARATOR = "  ";

    private ProgressText() {}

    /** Such as {@code copying   42.0 %  12.0 MB of 28.6 MB  7 of 12 files  3.40 MB/s  4.9 s left}. */
    static String of(Progress progress) {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%-9s %5.1f %%", progress.phase(), progress.percentDone()));
        parts.add(done(Quantities.bytes(progress.bytesDone()), progress.bytesTotal(), Quantities::bytes));
        parts.add(done(Quantities.count(progress.filesDone()), progress.filesTotal(), Quantities::count) + " files");
        if (progress.bytesPerSecond() > 0) {
            parts.add(Quantities.rate(progress.bytesPerSecond()));
        }
        if (progress.throttle() >= 0) {
            parts.add("limit " + Quantities.rate(progress.throttle()));
        }
        double remaining = progress.secondsRemaining();
        if (remaining >= 0) {
            parts.add(Quantities.seconds(remaining) + " left");
        }
        return String.join(SEPARATOR, parts);
    }

    private static String done(String done, long total, java.util.function.LongFunction<String> format) {
        return total > 0 ? done + " of " + format.apply(total) : done;
    }
}
