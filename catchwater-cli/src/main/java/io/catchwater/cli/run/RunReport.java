package io.catchwater.cli.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.schemas.Lsn;
import io.catchwater.sink.cut.UncoveredWords;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run says. Standard output is the program's when there is one; remarks then go to standard error, and those that
 * only please a person are left out unless one reads it. What went wrong is always said.
 */
final class RunReport {

    private final String source;
    private final Console console;
    private final boolean json;
    private ProgressDisplay display;
    private PrintStream remarks;
    private boolean talkative;

    RunReport(String source, Console console, boolean json) {
        this.source = source;
        this.console = console;
        this.json = json;
        this.remarks = console.err();
    }

    /** Everything is up. */
    void ready(RunSettings settings, Duration took, boolean serving, Optional<String> page) {
        talkative = serving || console.errTerminal();
        remarks = serving ? console.out() : console.err();
        String directories =
                settings.directories().stream().map(Object::toString).collect(Collectors.joining(", "));
        if (json) {
            ObjectNode ready = JsonMessages.message("status")
                    .put("phase", "ready")
                    .put("source", source)
                    .put("seconds_elapsed", took.toMillis() / 1000.0);
            page.ifPresent(url -> ready.put("page", url));
            write(ready);
        } else if (talkative) {
            remarks.println("catchwater: capturing " + source + " (" + directories + ") into " + settings.replica()
                    + ", ready in " + Quantities.duration(took));
            if (serving) {
                remarks.println("catchwater: programs join with 'catchwater exec --source " + source
                        + " -- PROGRAM'; end with Ctrl-C");
            }
        }
        if (!json) {
            page.ifPresent(url -> remarks.println("catchwater: page at " + url));
            remarks.flush();
        }
    }

    /** Says before a program starts what will end the backup. */
    void endsWith(String program) {
        if (json) {
            write(JsonMessages.message("status")
                    .put("phase", "starting")
                    .put("source", source)
                    .put("ends_with", program));
        } else {
            remarks.println("catchwater: the backup ends when " + program + " ends; to restart it under a backup that"
                    + " goes on, serve with 'catchwater run' alone and start it by 'catchwater exec --source " + source
                    + " -- " + program + " …'");
            remarks.flush();
        }
    }

    /** A stage failed while the program runs: it goes on, the backup does not. */
    void faultWhileRunning(Throwable fault) {
        if (!json) {
            console.err().println("catchwater: the backup failed, the program goes on: " + fault.getMessage());
            console.err().flush();
        }
    }

    /** The program has ended, the replica is not there yet. */
    void catchingUp(Stages stages) {
        if (json || !console.errTerminal()) {
            return;
        }
        if (display == null) {
            display = ProgressDisplay.of(console, false);
        }
        display.show(stages.progress());
    }

    /** The program has ended, and a copy waits for another rate than 0. */
    void standsStill() {
        if (!json) {
            console.err()
                    .println("catchwater: the copy stands still, its rate is 0; 'catchwater throttle --source " + source
                            + " RATE' lets it go on, the end waits " + Quantities.duration(Finish.STALL_LIMIT)
                            + " for it");
            console.err().flush();
        }
    }

    /** No more progress. */
    void caughtUp() {
        if (display != null) {
            display.end();
        }
    }

    /** The last words. */
    void ended(RunVerdict verdict, Stages stages, int programStatus) {
        Progress progress = stages.progress();
        if (json) {
            ObjectNode summary = JsonMessages.message("summary").put("source", source);
            summary.put("exit_status", verdict.exitCode()).put("program_status", programStatus);
            summary.put("complete", verdict.isRight());
            JsonMessages.fill(summary, progress).put("lsn_text", Lsn.format(progress.lsn()));
            verdict.problems().forEach(summary.withArray("problems")::add);
            UncoveredWords.lines(stages.coverage().readAgain()).forEach(summary.withArray("read_again")::add);
            Unseen.fill(summary, stages.coverage().facts());
            write(summary);
        }
        UncoveredWords.lines(stages.coverage().readAgain())
                .forEach(line -> console.err().println("catchwater: " + line));
        verdict.problems().forEach(line -> console.err().println("catchwater: " + line));
        if (verdict.isRight() && talkative && !json) {
            remarks.println("catchwater: the replica holds everything up to LSN " + Lsn.format(progress.lsn()) + ", "
                    + Quantities.bytes(progress.bytesDone()) + " written to it");
        }
        remarks.flush();
        console.err().flush();
    }

    private void write(ObjectNode message) {
        new JsonMessages(remarks).write(message);
    }
}
