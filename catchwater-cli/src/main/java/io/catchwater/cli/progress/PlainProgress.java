package io.catchwater.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line at every new phase, and one every {@link #INTERVAL} between: for logs and pipes. */
final class PlainProgress implements ProgressDisplay {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private String lastPhase = "";
    private long lastShownNs;

    PlainProgress(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public void show(Progress progress) {
        long nowNs = nanoTime.getAsLong();
        boolean samePhase = progress.phase().equals(lastPhase);
        if (samePhase && nowNs - lastShownNs < INTERVAL.toNanos()) {
            return;
        }
        lastPhase = progress.phase();
        lastShownNs = nowNs;
        out.println(ProgressText.of(progress).stripTrailing());
    }

    @Override
    public void end() {}
}
