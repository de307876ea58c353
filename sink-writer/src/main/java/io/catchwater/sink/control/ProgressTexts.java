package io.catchwater.sink.control;

import io.catchwater.sink.snapshot.SnapshotProgress;
import java.util.Locale;

/** Progress in words, in the shapes that the original system has in its list of processes. */
public final class ProgressTexts {

    private ProgressTexts() {}

    /** What a snapshot does now. */
    public static String of(SnapshotProgress now, SnapshotRequest request) {
        String begin =
                String.format(Locale.ROOT, "Backup progress %d bytes, %d files.", now.bytesDone(), now.filesDone());
        if (now.file() == null) {
            return begin + "  Sealing: everything is being written to disk.";
        }
        String known = begin + "  "
                + String.format(
                        Locale.ROOT, "%d more files known of. ", Math.max(0, now.filesTotal() - now.filesDone()));
        String from = request.paths().full(now.file());
        if (now.throttledSeconds() == 0 && now.fileBytesDone() == 0) {
            return known + "Copying file " + from;
        }
        String to = request.destination().path() + "/" + now.file();
        String part = now.fileBytesDone() + "/" + now.fileBytes() + " bytes";
        if (now.throttledSeconds() == 0) {
            return known + "Copying file: " + part + " done of " + from + " to " + to + ".";
        }
        return known + "Throttled: copied " + part + " of " + from + " to " + to + ". " + sleeping(now, request);
    }

    private static String sleeping(SnapshotProgress now, SnapshotRequest request) {
        if (request.isPaused()) {
            return "Paused.";
        }
        return Double.isInfinite(now.throttledSeconds())
                ? "Sleeping until the throttle is above 0."
                : String.format(Locale.ROOT, "Sleeping %.2fs for throttling.", now.throttledSeconds());
    }
}
