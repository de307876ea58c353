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
import io.catchwater.sink.restore.MomentText;
import io.catchwater.sink.restore.RestoreResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater restore}: a source as it was at a moment, from Kafka and the registry alone. */
@Command(
        name = "restore",
        description = {
            "Bring back a source as it was at a moment, never later, and say as of when that is.",
            "Where the state at the moment is not known, one up to a second older is taken; an older one only with"
                    + " --nearest, else nothing is written and the command ends with 20 (no window holds the moment) or 21"
                    + " (a gap in one), naming the moments around it.",
            "Needs Kafka and the registry only: neither the source nor a replica.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater restore --source app --to /srv/app-restored",
            "  catchwater restore --source app --to /srv/app-restored --at 2031-04-01T12:00:00+02:00",
            "  catchwater restore --source app --to /srv/app-restored --at -5m --dry-run",
            "  catchwater restore --source app --to /srv/app-restored --at '10 minutes ago' --nearest",
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
            description = "latest (default), now, an LSN (1/2A40), snapshot:ID, or a time: 2031-04-01T12:00:00Z,"
                    + " '2031-04-01 12:00:00' (local), @1932811200, -1h30m, '10 minutes ago', or what list prints.")
    private String at;

    @Option(
            names = "--nearest",
            description = "Where the state at the moment is not known, take the newest one before it, however old.")
    private boolean nearest;

    @Option(
            names = "--dry-run",
            description = "Find the state that would be restored, say what is in it, write nothing.")
    private boolean dryRun;

    @Option(
            names = "--keep-run-files",
            description = "Restore also what tells of a running server: process ids, sockets. Default: left out.")
    private boolean keepRunFiles;

    private static final double NS_PER_SECOND = 1e9;

    private final AtomicBoolean cancelled = new AtomicBoolean();

    @Override
    @SuppressWarnings("try") // the signals are received as long as the resource is open
    public Integer call() {
        SourceArgument.requireName(source);
        Moments.Asked asked = asked();
        tellNote(asked.note());
        try (TerminationSignals signals = new TerminationSignals(signal -> cancelled.set(true));
                Connection connection = Connection.toData(this)) {
            try {
                return run(new Restoration(
                        connection.deployment(),
                        source,
                        asked.point(),
                        destination,
                        nearest,
                        keepRunFiles,
                        cancelled::get));
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
    }

    private Moments.Asked asked() {
        try {
            return Moments.parse(at, Instant.now(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--at: " + e.getMessage(), e);
        }
    }

    private int run(Restoration restoration) {
        long begunNs = System.nanoTime();
        ProgressDisplay display = ProgressDisplay.of(console(), json());
        RestoreProgress progress = new RestoreProgress(display);
        RestoreResult result;
        try {
            result = dryRun ? restoration.rehearse(progress) : restoration.run(progress);
        } finally {
            display.end();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begunNs);
        if (json()) {
            jsonMessages().write(summary(result, took));
        } else {
            console()
                    .out()
                    .println((dryRun ? "would restore " : "restored ") + source + " into " + result.destination()
                            + " as of LSN " + MomentText.asOf(result.lsn(), result.timeNs()) + before(result) + ": "
                            + Quantities.count(result.files(), "file", "files") + ", "
                            + Quantities.bytes(result.bytes()) + " in " + Quantities.duration(took));
            LeftOutFiles.of(result.leftOut()).print(console().out());
            tellNote(result.note());
        }
        return Unseen.tell(new Coverage(result.uncovered()), console().err(), false)
                .code();
    }

    private static String before(RestoreResult result) {
        return result.beforeNs() == 0
                ? ""
                : ", " + MomentText.duration(result.beforeNs()) + " before the moment asked for";
    }

    private ObjectNode summary(RestoreResult result, Duration took) {
        ObjectNode summary = JsonMessages.message("summary").put("source", source);
        summary.put("path", result.destination().toString());
        summary.put("lsn", result.lsn()).put("lsn_text", Lsn.format(result.lsn()));
        summary.put("time", Moments.instant(result.timeNs()).toString());
        summary.put("seconds_before", result.beforeNs() / NS_PER_SECOND).put("dry_run", dryRun);
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
}
