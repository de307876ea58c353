package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.CommandClient;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.LeftOutFiles;
import io.catchwater.cli.control.Outcomes;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.files.Errno;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.cut.Coverage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code catchwater snapshot}: a sealed directory of a source as it is now. */
@CommandLine.Command(
        name = "snapshot",
        description = "Seal a directory with the source as it is at this moment, while the program goes on.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater snapshot --source app --to /backups/monday",
            "  catchwater snapshot --source app --to /backups/monday --json | jq .percent_done",
            "  catchwater snapshot --source app --to /backups/monday --id nightly-2031-04-01 --no-wait",
            "  catchwater snapshot --source app --to /backups/monday --throttle 20MB/s --exclude '/tmp($|/)'",
        })
public final class SnapshotCommand extends Verb {

    /** States with progress to see; the others have words. */
    private static final Set<State> SHOWN = Set.of(State.ACCEPTED, State.RUNNING, State.PAUSED, State.COMPLETED);

    private static final Duration FOR_EVER = Duration.ofDays(365);

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Source to take.")
    private String source;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "Existing, empty directory on the sink's host.")
    private Path destination;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Name of this snapshot. The same id twice is one snapshot. Default: source and time.")
    private String id;

    @Option(
            names = "--throttle",
            paramLabel = "RATE",
            converter = Rates.class,
            description = "Write so fast at most: 1000000, 10MB/s, 0 to stand still, none. Default: none."
                    + " 'catchwater throttle' changes it.")
    private Long throttle;

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            description =
                    "Leave out what has a match of this POSIX extended regular expression in its full source path,"
                            + " and everything below it.")
    private String exclude;

    @Option(
            names = "--keep-run-files",
            description = "Take also what tells of a running server: process ids, sockets. Default: left out, so that"
                    + " nobody stops the living server through its copy.")
    private boolean keepRunFiles;

    @Option(
            names = "--no-queue",
            description = "When another snapshot of the source is under way: end with 11 and do not wait in line.")
    private boolean noQueue;

    @Option(names = "--no-wait", description = "Leave the command on the topic and return.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "T",
            converter = Durations.class,
            description = "How long to wait: 30s, 5m, 2h. The snapshot itself goes on. Default: for ever.")
    private Duration timeout;

    @Option(
            names = "--allow-unseen",
            description = "End with 0 also when something may have changed files unseen. Default: with 22.")
    private boolean allowUnseen;

    /** An older word for what is the rule now. */
    @Option(names = "--strict", hidden = true, description = "End with 22 unless all was provably captured.")
    void strict(boolean asEver) {}

    @Override
    public Integer call() throws InterruptedException {
        SourceArgument.requireName(source);
        if (id != null && id.isBlank()) {
            throw new CommandFailure(ExitStatus.USAGE, "--id is empty");
        }
        requireExpression();
        String command = id != null ? id : CommandIds.next(source);
        try (Connection connection = Connection.toRunning(this)) {
            try (CommandClient client = CommandClient.open(connection.deployment())) {
                return noWait ? leave(client, command) : take(client, command);
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    private int leave(CommandClient client, String command) throws InterruptedException {
        client.requireKnown(source);
        client.send(source, command(command));
        if (json()) {
            jsonMessages()
                    .write(JsonMessages.message("summary").put("id", command).put("state", "SENT"));
        } else {
            console().out().println("snapshot " + command + " of " + source + ": ordered; see 'catchwater status'");
        }
        return ExitStatus.DONE.code();
    }

    private int take(CommandClient client, String command) throws InterruptedException {
        client.requireServed(source);
        ProgressDisplay display = ProgressDisplay.of(console(), json());
        Status last;
        try (Interruption interruption = new Interruption(console())) {
            client.send(source, command(command));
            last = client.await(
                    command,
                    timeout != null ? timeout : FOR_EVER,
                    status -> {
                        if (SHOWN.contains(status.getState())) {
                            display.show(Progress.of(status));
                        }
                    },
                    () -> {
                        if (interruption.takeFirst()) {
                            cancel(client, command, display);
                        }
                    });
        } catch (TimeoutException e) {
            throw timeout(command, client.command(command), e);
        } finally {
            display.end();
        }
        return report(command, last);
    }

    private void cancel(CommandClient client, String command, ProgressDisplay display) throws InterruptedException {
        display.end();
        console().err().println("catchwater: cancelling snapshot " + command + "; Ctrl-C again leaves at once");
        client.send(source, Controls.cancel(command));
    }

    private static CommandFailure timeout(String command, Optional<Status> last, TimeoutException e) {
        if (last.isPresent() && !last.get().getConverging()) {
            return new CommandFailure(
                    ExitStatus.NOT_CONVERGING,
                    "snapshot " + command + " does not converge: "
                            + Quantities.rate(last.get().getChangesPerSecond())
                            + " of changes arrive, and the source's throttle lets "
                            + Quantities.rate(Math.max(0, last.get().getBytesPerSecond()))
                            + " go; raise it with 'catchwater throttle --source', the snapshot goes on",
                    e);
        }
        return new CommandFailure(
                ExitStatus.INCOMPLETE,
                "snapshot " + command + " has " + e.getMessage() + "; it goes on, see 'catchwater status'",
                e);
    }

    private void requireExpression() {
        try {
            Exclusion.of(exclude);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, Errno.EINVAL, "--exclude: " + e.getMessage(), e);
        }
    }

    private Command command(String command) {
        CommandData data = new CommandData();
        data.setDestination(destination.toAbsolutePath().normalize().toString());
        data.setThrottle(throttle);
        data.setExclude(exclude);
        data.setQueue(noQueue ? Boolean.FALSE : null);
        data.setKeepRunFiles(keepRunFiles ? Boolean.TRUE : null);
        data.setAllowUnseen(allowUnseen ? Boolean.TRUE : null);
        return new Command(command, "snapshot", data);
    }

    private int report(String command, Status last) {
        ExitStatus outcome = Outcomes.of(last);
        if (outcome != ExitStatus.DONE && outcome != ExitStatus.NOT_CAPTURED) {
            String reason = last.getErrorString().isBlank() ? "errno " + last.getErrorCode() : last.getErrorString();
            throw new CommandFailure(
                    outcome,
                    last.getErrorCode(),
                    "snapshot " + command + " of " + source + ": "
                            + last.getState().name().toLowerCase(Locale.ROOT) + ": " + reason + advice(outcome),
                    null);
        }
        if (json()) {
            jsonMessages().write(summary(command, last));
        } else {
            console()
                    .out()
                    .println("snapshot " + command + " of " + source + ": sealed in " + last.getPath() + " at LSN "
                            + Lsn.format(last.getLsn()) + ", " + Quantities.count(last.getFilesDone(), "file", "files")
                            + ", "
                            + Quantities.bytes(last.getBytesDone()) + " in "
                            + Quantities.seconds(last.getSecondsElapsed()));
            LeftOutFiles.of(last).print(console().out());
        }
        return Unseen.tell(new Coverage(last.getUnseen()), console().err(), allowUnseen)
                .code();
    }

    private static String advice(ExitStatus outcome) {
        return outcome == ExitStatus.DESTINATION_UNUSABLE
                ? "; give an existing, empty directory outside the source and the replica"
                : "";
    }

    private ObjectNode summary(String command, Status last) {
        ObjectNode summary = JsonMessages.message("summary");
        summary.put("id", command).put("source", source).put("path", last.getPath());
        summary.put("state", last.getState().name());
        summary.put("lsn_text", Lsn.format(last.getLsn()));
        JsonMessages.fill(summary, Progress.of(last));
        summary.put("error_code", last.getErrorCode()).put("error_string", last.getErrorString());
        Unseen.fill(summary, last.getUnseen());
        LeftOutFiles.of(last).fill(summary);
        return summary;
    }
}
