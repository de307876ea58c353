package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Coverage;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.Outcomes;
import io.catchwater.cli.control.SnapshotClient;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.CommandData;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
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
        })
public final class SnapshotCommand extends Verb {

    /** States with progress to see; the others have words. */
    private static final Set<State> SHOWN = Set.of(State.RUNNING, State.PAUSED, State.COMPLETED);

    private static final DateTimeFormatter ID_TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

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

    @Option(names = "--no-wait", description = "Leave the command on the topic and return.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "T",
            converter = Durations.class,
            description = "How long to wait: 30s, 5m, 2h. The snapshot itself goes on. Default: for ever.")
    private Duration timeout;

    @Option(
            names = "--strict",
            description = "End with 22 also when something changed a file unseen and it was read again.")
    private boolean strict;

    @Override
    public Integer call() throws InterruptedException {
        SourceArgument.requireName(source);
        if (id != null && id.isBlank()) {
            throw new CommandFailure(ExitStatus.USAGE, "--id is empty");
        }
        String command = id != null ? id : newId();
        try (Connection connection = Connection.toRunning(this)) {
            try (SnapshotClient client = SnapshotClient.open(connection.deployment())) {
                return noWait ? leave(client, command) : take(client, command);
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    private int leave(SnapshotClient client, String command) throws InterruptedException {
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

    private int take(SnapshotClient client, String command) throws InterruptedException {
        client.requireServed(source);
        client.send(source, command(command));
        ProgressDisplay display = ProgressDisplay.of(console(), json());
        Status last;
        try {
            Duration limit = timeout != null ? timeout : Duration.ofDays(365);
            last = client.await(command, limit, status -> {
                if (SHOWN.contains(status.getState())) {
                    display.show(Progress.of(status));
                }
            });
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitStatus.INCOMPLETE,
                    "snapshot " + command + " has " + e.getMessage() + "; it goes on, see 'catchwater status'",
                    e);
        } finally {
            display.end();
        }
        return report(command, last);
    }

    private Command command(String command) {
        String path = destination.toAbsolutePath().normalize().toString();
        return new Command(command, "snapshot", new CommandData(path, null, null, null, null));
    }

    private int report(String command, Status last) {
        ExitStatus outcome = Outcomes.of(last);
        if (outcome != ExitStatus.DONE) {
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
        }
        return new Coverage(last.getUncovered()).tell(console().err(), strict).code();
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
        last.getUncovered().forEach(summary.withArray("uncovered")::add);
        return summary;
    }

    private String newId() {
        String time = ZonedDateTime.now(ZoneOffset.UTC).format(ID_TIME);
        return String.format(
                Locale.ROOT,
                "%s-%s-%04x",
                source,
                time,
                ThreadLocalRandom.current().nextInt(0x10000));
    }
}
