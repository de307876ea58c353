package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.Health;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.LeftOutFiles;
import io.catchwater.cli.control.Outcomes;
import io.catchwater.cli.control.StatusTopic;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Progress;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.progress.TextTable;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.LastError;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.cut.UncoveredWords;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater status}: what sources and running commands say of themselves. */
@Command(
        name = "status",
        description = {
            "How far each source is behind, what is captured, and what is running.",
            "Ends with 22 when a source is DEGRADED: something can change it, or has, without being captured.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater status",
            "  catchwater status --source app --watch",
            "  catchwater status --id nightly-2031-04-01",
            "  catchwater status --json | jq 'select(.lag_seconds > 5)'",
            "  catchwater status --json | jq -r 'select(.health == \"degraded\") | .uncaptured[].program'",
        })
public final class StatusCommand extends Verb {

    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);
    private static final Set<UncoveredKind> BY_HEALTH =
            EnumSet.of(UncoveredKind.UNCAPTURED_WRITER, UncoveredKind.INTERPOSED, UncoveredKind.UNPATCHED_CALLS);
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

    @Option(names = "--source", paramLabel = "NAME", description = "This source only.")
    private String source;

    @Option(names = "--id", paramLabel = "ID", description = "This snapshot or command only, also when it has ended.")
    private String id;

    @Option(names = "--watch", description = "Keep it current until interrupted.")
    private boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        if (source != null) {
            SourceArgument.requireName(source);
        }
        try (Connection connection = Connection.toRunning(this)) {
            Deployment deployment = connection.deployment();
            try (StatusTopic statuses = StatusTopic.open(deployment)) {
                ExitStatus shown = show(statuses, deployment);
                while (watch && !Thread.currentThread().isInterrupted()) {
                    follow(statuses);
                    shown = show(statuses, deployment);
                }
                return shown.code();
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    private static void follow(StatusTopic statuses) {
        long deadlineNs = System.nanoTime() + REFRESH.toNanos();
        long leftNs = REFRESH.toNanos();
        while (leftNs > 0) {
            statuses.refresh(Duration.ofNanos(leftNs));
            leftNs = deadlineNs - System.nanoTime();
        }
    }

    private ExitStatus show(StatusTopic statuses, Deployment deployment) {
        if (id != null) {
            return show(statuses.command(id)
                    .orElseThrow(() -> new CommandFailure(ExitStatus.NOT_FOUND, "no such snapshot or command: " + id)));
        }
        List<Status> sources = statuses.sources().stream().filter(this::isMeant).toList();
        if (source != null && sources.isEmpty()) {
            throw new CommandFailure(ExitStatus.NOT_FOUND, "no such source: " + source);
        }
        List<Status> running = statuses.running().stream().filter(this::isMeant).toList();
        List<Health> health = sources.stream().map(statuses::health).toList();
        boolean degraded = health.stream().anyMatch(Health::isDegraded);
        ExitStatus shown = degraded ? ExitStatus.NOT_CAPTURED : ExitStatus.DONE;
        if (json()) {
            Stream.concat(
                            sources.stream().map(status -> object(status, statuses.health(status))),
                            running.stream().map(StatusCommand::object))
                    .map(node -> node.put("bootstrap_servers", deployment.bootstrapServers())
                            .put("schema_registry_url", deployment.registryUrl()))
                    .forEach(jsonMessages()::write);
            return shown;
        }
        if (watch && console().outTerminal()) {
            console().out().print(HOME_AND_CLEAR);
        }
        text(sources, health, running).forEach(console().out()::println);
        console()
                .out()
                .println("\nbroker " + deployment.bootstrapServers() + ", schema registry " + deployment.registryUrl());
        return shown;
    }

    /** What was not provably captured in a snapshot is the one thing that is told by the exit status. */
    private ExitStatus show(Status command) {
        boolean open = StatusTopic.isTerminal(command) && Outcomes.of(command) == ExitStatus.NOT_CAPTURED;
        ExitStatus shown = open ? ExitStatus.NOT_CAPTURED : ExitStatus.DONE;
        if (json()) {
            jsonMessages().write(object(command));
            return shown;
        }
        String error = command.getErrorCode() == 0
                ? ""
                : ", error " + command.getErrorCode() + ": " + command.getErrorString();
        String path = command.getPath().isEmpty() ? "" : " in " + command.getPath();
        console().out().println(id + " of " + command.getSource() + ": " + word(command) + path + error);
        unseen(command.getUnseen()).forEach(console().out()::println);
        LeftOutFiles.of(command).print(console().out());
        return shown;
    }

    private static List<String> unseen(List<Uncovered> facts) {
        List<Uncovered> open = new Coverage(facts).atACut();
        List<Uncovered> others =
                facts.stream().filter(fact -> !open.contains(fact)).toList();
        return Stream.concat(
                        UncoveredWords.lines(open).stream().map(line -> "not captured: " + line),
                        UncoveredWords.lines(others).stream())
                .toList();
    }

    private static ObjectNode object(Status source, Health health) {
        ObjectNode node = object(source);
        health.fill(node);
        return node;
    }

    private static String word(Status status) {
        return status.getState().name().toLowerCase(Locale.ROOT);
    }

    private boolean isMeant(Status status) {
        return source == null || status.getSource().equals(source);
    }

    private static ObjectNode object(Status status) {
        ObjectNode node = JsonMessages.message("status");
        node.put("source", status.getSource());
        if (!status.getCommandId().isEmpty()) {
            node.put("id", status.getCommandId());
        }
        node.put("state", status.getState().name());
        node.put("path", status.getPath());
        node.put("age_seconds", age(status).toMillis() / 1000.0);
        JsonMessages.fill(node, Progress.of(status));
        node.put("lsn_text", Lsn.format(status.getLsn()));
        node.put("error_code", status.getErrorCode()).put("error_string", status.getErrorString());
        Unseen.fill(node, status.getUnseen());
        LeftOutFiles.of(status).fill(node);
        LastError last = status.getLastError();
        if (last != null) {
            node.putObject("last_error")
                    .put("id", last.getCommandId())
                    .put("error_code", last.getErrorCode())
                    .put("error_string", last.getErrorString())
                    .put("time", Moments.instant(last.getTimeNs()).toString());
        }
        return node;
    }

    private static List<String> text(List<Status> sources, List<Health> health, List<Status> running) {
        if (sources.isEmpty()) {
            return List.of("no sources yet");
        }
        List<String> lines = new ArrayList<>();
        TextTable table = new TextTable("SOURCE", "STATE", "PHASE", "BEHIND", "LSN", "REPLICA");
        for (int i = 0; i < sources.size(); i++) {
            Status status = sources.get(i);
            table.row(
                    status.getSource(),
                    state(status, health.get(i)),
                    status.getPhase(),
                    Quantities.bytes(status.getLagBytes()) + ", " + Quantities.seconds(status.getLagSeconds()),
                    Lsn.format(status.getLsn()),
                    status.getPath());
        }
        lines.addAll(table.lines());
        for (int i = 0; i < sources.size(); i++) {
            Status status = sources.get(i);
            lines.addAll(about(status.getSource(), health.get(i)));
            if (!status.getErrorString().isEmpty()) {
                lines.add(status.getSource() + ": " + status.getErrorString());
            }
            // Processes are named by its health, as they are now.
            List<Uncovered> facts = status.getUnseen().stream()
                    .filter(fact -> !BY_HEALTH.contains(fact.getKind()))
                    .toList();
            unseen(facts).forEach(line -> lines.add(status.getSource() + ": " + line));
            lines.addAll(remarks(status));
        }
        if (!running.isEmpty()) {
            TextTable commands = new TextTable("COMMAND", "SOURCE", "PHASE", "DONE", "SIZE", "TO");
            running.forEach(status -> commands.row(
                    status.getCommandId(),
                    status.getSource(),
                    status.getState() == State.PAUSED ? "paused" : status.getPhase(),
                    String.format(Locale.ROOT, "%.1f %%", status.getPercentDone()),
                    Quantities.bytes(status.getBytesDone()) + " of " + Quantities.bytes(status.getBytesTotal()),
                    status.getPath()));
            lines.add("");
            lines.addAll(commands.lines());
        }
        return lines;
    }

    private static List<String> about(String source, Health health) {
        List<String> lines = new ArrayList<>();
        health.lines().forEach(line -> lines.add(source + ": DEGRADED: " + line));
        if (!health.capturedLine().isEmpty()) {
            lines.add(source + ": " + health.capturedLine());
        }
        return lines;
    }

    private static List<String> remarks(Status status) {
        List<String> lines = new ArrayList<>();
        if (status.getThrottle() >= 0) {
            lines.add(status.getSource() + ": throttled to " + Quantities.rate(status.getThrottle())
                    + (status.getConverging()
                            ? ""
                            : ", not converging: " + Quantities.rate(status.getChangesPerSecond())
                                    + " of changes arrive"));
        }
        LastError last = status.getLastError();
        if (last != null && !last.getErrorString().equals(status.getErrorString())) {
            String what = last.getCommandId().isEmpty() ? "" : last.getCommandId() + ": ";
            lines.add(status.getSource() + ": last error " + last.getErrorCode() + " at "
                    + Moments.instant(last.getTimeNs()).truncatedTo(ChronoUnit.SECONDS) + ": " + what
                    + last.getErrorString());
        }
        return lines;
    }

    private static String state(Status status, Health health) {
        Duration age = age(status);
        if (age.compareTo(SILENCE_LIMIT) > 0) {
            return "silent for " + Quantities.duration(age);
        }
        return health.isDegraded() && status.getState() == State.RUNNING ? "DEGRADED" : word(status);
    }

    private static Duration age(Status status) {
        return Duration.ofMillis(Math.max(0, System.currentTimeMillis() - status.getTimeNs() / 1_000_000));
    }
}
