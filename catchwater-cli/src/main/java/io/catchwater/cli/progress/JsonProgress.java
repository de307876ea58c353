package io.catchwater.cli.progress;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A status object every {@link #INTERVAL} at most. */
final class JsonProgress implements ProgressDisplay {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final JsonMessages messages;
    private final LongSupplier nanoTime;
    private boolean shown;
    private long lastShownNs;

    JsonProgress(JsonMessages messages, LongSupplier nanoTime) {
        this.messages = messages;
        this.nanoTime = nanoTime;
    }

    @Override
    public void show(Progress progress) {
        long nowNs = nanoTime.getAsLong();
        if (!shown || nowNs - lastShownNs >= INTERVAL.toNanos()) {
            shown = true;
            lastShownNs = nowNs;
            messages.status(progress);
        }
    }

    @Override
    public void end() {}
}
