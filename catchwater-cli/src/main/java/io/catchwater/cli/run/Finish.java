package io.catchwater.cli.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The way from a program's end to the last change in the replica. It takes as long as it goes forward; it is given up
 * when nothing moves, a stage fails, or somebody cancels.
 */
final class Finish {

    /** Nothing moved for this long: it will not any more. */
    static final Duration STALL_LIMIT = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Stages stages;
    private final Faults faults;
    private final RunReport report;
    private final CompletableFuture<Boolean> applied = new CompletableFuture<>();

    Finish(Stages stages, Faults faults, RunReport report) {
        this.stages = stages;
        this.faults = faults;
        this.report = report;
    }

    /** Gives up: what is captured stays in Kafka. Any thread. */
    void cancel() {
        applied.complete(false);
    }

    /** Waits for the end. Returns whether the replica has everything that was captured. */
    boolean await() throws InterruptedException {
        faults.whenFirst(fault -> applied.complete(false));
        Thread worker = new Thread(this::work, "catchwater-finish");
        worker.setDaemon(true);
        worker.start();
        try {
            return watch();
        } finally {
            report.caughtUp();
            worker.interrupt();
        }
    }

    private void work() {
        try {
            stages.finish();
            applied.complete(true);
        } catch (InterruptedException e) {
            applied.complete(false);
        } catch (RuntimeException | Error e) {
            faults.accept(e);
        }
    }

    private boolean watch() throws InterruptedException {
        long lastMark = stages.mark();
        long movedNs = System.nanoTime();
        boolean told = false;
        while (true) {
            try {
                return applied.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                report.catchingUp(stages);
            } catch (ExecutionException e) {
                throw new IllegalStateException("nobody completes this exceptionally", e);
            }
            if (!told && stages.standsStill()) {
                told = true;
                report.standsStill();
            }
            long mark = stages.mark();
            if (mark != lastMark) {
                lastMark = mark;
                movedNs = System.nanoTime();
            } else if (System.nanoTime() - movedNs > STALL_LIMIT.toNanos()) {
                return false;
            }
        }
    }
}
