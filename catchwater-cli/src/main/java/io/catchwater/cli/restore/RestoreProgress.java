package io.catchwater.cli.restore;

import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.schemas.Lsn;
import io.catchwater.sink.restore.RestoreListener;
import java.time.Duration;

/** Shows a restore's progress now and then. Used by the thread that restores. */
public final class RestoreProgress implements RestoreListener {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final ProgressDisplay display;
    private final long begunNs = System.nanoTime();
    private long lastShownNs = begunNs - INTERVAL.toNanos();
    private long firstLsn = Lsn.NONE;

    /** @param display ended by the caller */
    public RestoreProgress(ProgressDisplay display) {
        this.display = display;
    }

    @Override
    public void progress(Progress now) {
        long nowNs = System.nanoTime();
        if (firstLsn == Lsn.NONE) {
            firstLsn = now.lsn();
        }
        if (nowNs - lastShownNs < INTERVAL.toNanos()) {
            return;
        }
        lastShownNs = nowNs;
        double seconds = (nowNs - begunNs) / 1e9;
        long rate = seconds > 0 ? Math.round(now.bytesDone() / seconds) : 0;
        display.show(new io.catchwater.cli.progress.Progress(
                now.phase(), percent(now), now.bytesDone(), 0, 0, 0, rate, -1, seconds, 0, 0, now.lsn()));
    }

    /** LSNs of one ring are evenly spread over its bytes; over several rings they say little. */
    private double percent(Progress now) {
        boolean known = now.targetLsn() != Long.MAX_VALUE
                && now.targetLsn() > firstLsn
                && Lsn.incarnation(firstLsn) == Lsn.incarnation(now.targetLsn());
        if (!known) {
            return 0;
        }
        return Math.min(100, 100.0 * (now.lsn() - firstLsn) / (now.targetLsn() - firstLsn));
    }
}
