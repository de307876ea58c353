package io.catchwater.cli.run;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.http.Page;
import io.catchwater.cli.progress.Console;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One run: everything up, the program from its start to its end, everything down. Used by one thread. */
public final class Run {

    private final RunSettings settings;
    private final RunReport report;
    private final Page page;
    private final boolean unseenAllowed;
    private final Faults faults = new Faults();
    private final SignalRelay signals = new SignalRelay();

    /**
     * @param settings checked
     * @param console for remarks; a program's own output is left alone
     * @param json whether the remarks are JSON
     * @param page served meanwhile, and closed
     * @param unseenAllowed whether a run ends as its program did also when something was not provably captured
     */
    public Run(RunSettings settings, Console console, boolean json, Page page, boolean unseenAllowed) {
        this.unseenAllowed = unseenAllowed;
        this.settings = settings;
        this.page = page;
        this.report = new RunReport(settings.source(), console, json);
    }

    /**
     * Runs a program under capture, or serves until a signal asks for the end.
     *
     * @param command the program and its arguments; empty to serve
     * @return what the process ends with
     * @throws CommandFailure when something does not start
     */
    @SuppressWarnings("try") // the signals are received as long as the resource is open
    public int execute(List<String> command) throws InterruptedException {
        long begunNs = System.nanoTime();
        try (Page whenNothingStarts = page;
                TerminationSignals received = new TerminationSignals(signals::accept);
                Session session = Session.start(settings, faults);
                Page served = page) {
            served.serve(session.deployment());
            report.ready(settings, Duration.ofNanos(System.nanoTime() - begunNs), command.isEmpty(), served.url());
            return command.isEmpty() ? serve(session) : capture(session, command);
        }
    }

    private int capture(Session session, List<String> command) throws InterruptedException {
        Optional<TerminationSignals.Kind> early = signals.firstWaiting();
        if (early.isPresent()) {
            throw new CommandFailure(
                    ExitStatus.CANCELLED, "SIG" + early.get() + " came before " + command.get(0) + " was started");
        }
        report.endsWith(command.get(0));
        CapturedProgram program = CapturedProgram.start(command, session.hook());
        signals.connect(program::forward);
        faults.whenFirst(report::faultWhileRunning);
        int status = program.await();
        return end(session.stages(), status, Optional.of(program.name()));
    }

    private int serve(Session session) throws InterruptedException {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        signals.connect(signal -> stop.complete(null));
        faults.whenFirst(fault -> stop.complete(null));
        try {
            stop.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes this exceptionally", e);
        }
        return end(session.stages(), 0, Optional.empty());
    }

    private int end(Stages stages, int programStatus, Optional<String> program) throws InterruptedException {
        Finish finish = new Finish(stages, faults, report);
        signals.connect(signal -> finish.cancel());
        boolean applied = finish.await();
        RunVerdict verdict = RunVerdict.of(new RunVerdict.Findings(
                programStatus,
                program,
                faults.first(),
                applied,
                stages.standsStill(),
                stages.processesSeen(),
                stages.coverage().atTheEnd(),
                unseenAllowed));
        report.ended(verdict, stages, programStatus);
        return verdict.exitCode();
    }
}
