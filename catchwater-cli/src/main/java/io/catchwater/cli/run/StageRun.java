package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.LogFile;
import io.catchwater.cli.OwnerOnly;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.http.Page;
import io.catchwater.cli.progress.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One stage from its start to the signal that ends it. Used by one thread. */
public final class StageRun {

    /** How long a stage may take to hand on what it has, once it was asked to end. */
    static final Duration FINISH_LIMIT = Duration.ofMinutes(1);

    /** How long it may take to leave after a second signal. */
    private static final Duration HURRIED_CLOSE = Duration.ofSeconds(2);

    private final SoleStage stage;
    private final Deployment deployment;
    private final StageReport report;
    private final Faults faults = new Faults();
    private final SignalRelay signals = new SignalRelay();
    private final StageStart starts;
    private volatile boolean hurried;

    /**
     * @param deployment that is running
     * @param json whether the remarks are JSON
     */
    public StageRun(SoleStage stage, Deployment deployment, Console console, boolean json) {
        this.stage = stage;
        this.deployment = deployment;
        this.report = new StageReport(stage, console, json);
        this.starts = new StageStart(stage.source(), deployment, faults);
    }

    /**
     * Serves until a signal asks for the end; a second one does not wait for it.
     *
     * @param page served meanwhile
     * @return what the process ends with
     * @throws CommandFailure when the stage does not start, or cannot go on
     */
    public int execute(Page page) throws InterruptedException {
        try (Page served = page) {
            return untilSignal(served);
        } catch (IOException | ExecutionException | RuntimeException e) {
            throw starts.explain(e);
        } finally {
            close();
        }
    }

    /** Who does not wait for the end waits a moment only for what can be tidied up at once. */
    private void close() throws InterruptedException {
        Thread closer = new Thread(stage::close, "catchwater-close");
        closer.setDaemon(true);
        closer.start();
        closer.join(hurried ? HURRIED_CLOSE.toMillis() : Long.MAX_VALUE);
    }

    /** The stage is closed without this: a signal that comes then has its usual effect. */
    @SuppressWarnings("try") // the signals are received as long as the resource is open
    private int untilSignal(Page page) throws IOException, ExecutionException, InterruptedException {
        long begunNs = System.nanoTime();
        try (TerminationSignals received = new TerminationSignals(signals::accept)) {
            openLog();
            starts.createTopics();
            stage.start(starts);
            page.serve(deployment);
            report.ready(Duration.ofNanos(System.nanoTime() - begunNs), page.url());
            awaitSignal();
            boolean complete = faults.first().isEmpty() && finish();
            Optional<Throwable> fault = faults.first();
            if (fault.isPresent()) {
                throw starts.explain(fault.get());
            }
            ExitStatus status = complete ? ExitStatus.DONE : ExitStatus.INCOMPLETE;
            report.ended(status);
            return status.code();
        }
    }

    private void openLog() throws IOException {
        OwnerOnly.directory(stage.dataDirectory());
        LogFile.openIn(stage.dataDirectory().resolve("log"), stage.name() + "-" + stage.source());
    }

    private void awaitSignal() throws InterruptedException {
        CompletableFuture<Boolean> stop = new CompletableFuture<>();
        signals.connect(signal -> stop.complete(true));
        faults.whenFirst(fault -> stop.complete(true));
        await(stop, Optional.empty());
    }

    private boolean finish() throws InterruptedException {
        CompletableFuture<Boolean> finished = new CompletableFuture<>();
        signals.connect(signal -> {
            hurried = true;
            finished.complete(false);
        });
        faults.whenFirst(fault -> finished.complete(false));
        Thread worker = new Thread(() -> finished.complete(hasFinished()), "catchwater-finish");
        worker.setDaemon(true);
        worker.start();
        try {
            return await(finished, Optional.of(FINISH_LIMIT));
        } finally {
            worker.interrupt();
        }
    }

    private boolean hasFinished() {
        try {
            stage.finish();
            return true;
        } catch (InterruptedException e) {
            return false;
        } catch (ExecutionException e) {
            faults.accept(e.getCause());
            return false;
        } catch (RuntimeException | Error e) {
            faults.accept(e);
            return false;
        }
    }

    private static boolean await(CompletableFuture<Boolean> event, Optional<Duration> limit)
            throws InterruptedException {
        try {
            return limit.isPresent() ? event.get(limit.get().toMillis(), TimeUnit.MILLISECONDS) : event.get();
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes this exceptionally", e);
        }
    }
}
