package io.catchwater.cli.restore;

import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.sink.seal.Verification;
import java.time.Duration;

/** Shows a verification's progress now and then. Used by the thread that verifies. */
public final class VerifyProgress implements Verification.Progress {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final double NS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;

    private final ProgressDisplay display;
    private final long begunNs = System.nanoTime();
    private long lastShownNs = begunNs;

    /** @param display ended by the caller */
    public VerifyProgress(ProgressDisplay display) {
        this.display = display;
    }

    @Override
    public void progress(long files, long filesTotal, long bytes, long bytesTotal) {
        long nowNs = System.nanoTime();
        if (nowNs - lastShownNs < INTERVAL.toNanos()) {
            return;
        }
        lastShownNs = nowNs;
        double seconds = (nowNs - begunNs) / NS_PER_SECOND;
        double percent = bytesTotal == 0 ? 0 : Math.min(PERCENT, PERCENT * bytes / bytesTotal);
        display.show(new Progress(
                "verifying",
                percent,
                bytes,
                bytesTotal,
                files,
                filesTotal,
                (long) (bytes / seconds),
                -1,
                seconds,
                0,
                0,
                0));
    }
}
