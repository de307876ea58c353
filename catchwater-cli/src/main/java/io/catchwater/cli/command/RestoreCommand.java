package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.LeftOutFiles;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.restore.Restoration;
import io.catchwater.cli.restore.RestoreProgress;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.cli.run.TerminationSignals;
import io.catchwater.schemas.Lsn;
import io.catchwater.sink.cut.Coverage;
import io.catchwater.sink.restore.RestorePlan;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.restore.RestoreResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater restore}: a source as it was at a moment, from Kafka and the registry alone. */
@Command(
        name = "restore",
        description = {
            "Bring back a source as it was at a moment.",
            "Needs Kafka and the registry only: neither the source nor a replica.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater restore --source app --to /srv/app-restored",
            "  catchwater restore --source app --to /srv/app-restored --at 2031-04-01T12:00:00+02:00",
            "  catchwater restore --source app --to /srv/app-restored --at -5m --dry-run",
            "  catchwater restore --source app --to /srv/app-restored --at 1/2A40",
            "  catchwater restore --source app --to /srv/app-restored --at snapshot:nightly-2031-04-01",
        })
public final class RestoreCommand extends Verb {

    @Option(names = "--source", required = true, paramLabel = "NAME", description = "Source to bring back.")
    private String source;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "Empty directory, or one that is not there yet.")
    private Path destination;

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            defaultValue = "latest",
            description = "latest (default), an LSN (1/2A40), a time (2031-04-01T12:00:00Z, -5m), or snapshot:ID.")
    private String at;

    @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--keep-run-files",
            description = "Restore also what tells of a running server: process ids, sockets. Default: left out.")
    private boolean keepRunFiles;

    private final AtomicBoolean cancelled = new AtomicBoolean();

    @Override
    @SuppressWarnings("try") // the signals are received as long as the resource is open
    public Integer call() {
        SourceArgument.requireName(source);
        RestorePoint point = point();
        try (TerminationSignals signals = new TerminationSignals(signal -> cancelled.set(true));
                Connection connection = Connection.toData(this)) {
            try {
                Restoration restoration = new Restoration(
                        connection.deployment(), source, point, destination, keepRunFiles, cancelled::get);
                return dryRun ? plan(restoration.plan()) : run(restoration);
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    private RestorePoint point() {
        try {
            return Moments.parse(at, Instant.now());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--at: " + e.getMessage(), e);
        }
    }

    private int plan(RestorePlan plan) {
        String target = plan.targetLsn() == Long.MAX_VALUE
                ? "the last change before then"
                : "LSN " + Lsn.format(plan.targetLsn());
        String base = Lsn.format(plan.base().getFromLsn());
        if (json()) {
            ObjectNode summary =
                    JsonMessages.message("summary").put("source", source).put("dry_run", true);
            summary.put("base_lsn", plan.base().getFromLsn()).put("base_lsn_text", base);
            summary.put("lsn", plan.targetLsn()).put("note", plan.note());
            jsonMessages().write(summary);
        } else {
            console()
                    .out()
                    .println("would restore " + source + " into " + destination + ": the base copy complete at LSN "
                            + base + ", then every change up to " + target);
            tellNote(plan.note());
        }
        return ExitStatus.DONE.code();
    }

    private int run(Restoration restoration) {
        long begunNs = System.nanoTime();
        ProgressDisplay display = ProgressDisplay.of(console(), json());
        RestoreResult result;
        try {
            result = restoration.run(new RestoreProgress(display));
        } finally {
            display.end();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begunNs);
        if (json()) {
            jsonMessages().write(summary(result, took));
        } else {
            console()
                    .out()
                    .println("restored " + source + " into " + result.destination() + " as of LSN "
                            + Lsn.format(result.lsn()) + " (" + time(result) + "): "
                            + Quantities.count(result.files(), "file", "files") + ", "
                            + Quantities.bytes(result.bytes()) + " in " + Quantities.duration(took));
            LeftOutFiles.of(result.leftOut()).print(console().out());
            tellNote(result.note());
        }
        return Unseen.tell(new Coverage(result.uncovered()), console().err(), false)
                .code();
    }

    private ObjectNode summary(RestoreResult result, Duration took) {
        ObjectNode summary = JsonMessages.message("summary").put("source", source);
        summary.put("path", result.destination().toString());
        summary.put("lsn", result.lsn()).put("lsn_text", Lsn.format(result.lsn()));
        summary.put("time", Moments.instant(result.timeNs()).toString());
        summary.put("files_done", result.files()).put("bytes_done", result.bytes());
        summary.put("seconds_elapsed", took.toMillis() / 1000.0).put("note", result.note());
        Unseen.fill(summary, result.uncovered());
        LeftOutFiles.of(result.leftOut()).fill(summary);
        return summary;
    }

    private void tellNote(String note) {
        if (!note.isEmpty()) {
            console().err().println("catchwater: note: " + note);
        }
    }

    private static String time(RestoreResult result) {
        return Moments.instant(result.timeNs()).truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
