package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Unseen;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.ProgressDisplay;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.restore.Sealed;
import io.catchwater.cli.restore.VerifyProgress;
import io.catchwater.schemas.Lsn;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code catchwater verify}: a sealed directory against its manifest. */
@Command(
        name = "verify",
        description = "Compare a sealed directory with its manifest: every name, size, mode and byte.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater verify /backups/monday",
            "  catchwater verify /backups/monday --subset 5%%    other files every time",
        })
public final class VerifyCommand extends Verb {

    @Parameters(paramLabel = "DIR", description = "A snapshot, or what a restore made.")
    private Path directory;

    @Option(
            names = "--subset",
            paramLabel = "SHARE",
            converter = Shares.class,
            defaultValue = "100%",
            description = "Read the bytes of so many of the files only, others every time; everything else is compared"
                    + " for all of them. Default: 100%.")
    private double share;

    @Override
    public Integer call() {
        long begunNs = System.nanoTime();
        ProgressDisplay display = ProgressDisplay.of(console(), json());
        Verification.Result result;
        try {
            result = Sealed.verify(directory, share, new VerifyProgress(display));
        } finally {
            display.end();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begunNs);
        if (json()) {
            jsonMessages().write(summary(result, took));
        } else {
            result.differences()
                    .forEach(difference -> console().out().println(difference.path() + ": " + difference.detail()));
        }
        if (!result.isSame()) {
            throw new CommandFailure(
                    ExitStatus.DIFFERENT,
                    directory + " is not what was sealed: "
                            + Quantities.count(result.differencesFound(), "difference", "differences"));
        }
        if (!json()) {
            console().out().println(words(result, took));
        }
        return ExitStatus.DONE.code();
    }

    private String words(Verification.Result result, Duration took) {
        Manifest manifest = result.manifest().orElseThrow();
        String what = share < 1 ? ", of which these were read: " : ", ";
        return directory + " is as it was sealed: " + manifest.source() + " at LSN " + Lsn.format(manifest.lsn()) + what
                + Quantities.count(result.files(), "file", "files") + ", " + Quantities.bytes(result.bytes()) + " in "
                + Quantities.duration(took);
    }

    private ObjectNode summary(Verification.Result result, Duration took) {
        ObjectNode summary = JsonMessages.message("summary").put("path", directory.toString());
        summary.put("differences_found", result.differencesFound());
        summary.put("files_done", result.files()).put("bytes_done", result.bytes());
        summary.put("seconds_elapsed", took.toMillis() / 1000.0);
        summary.put("subset", share);
        result.manifest().ifPresent(manifest -> {
            summary.put("source", manifest.source()).put("id", manifest.snapshotId());
            summary.put("lsn", manifest.lsn()).put("lsn_text", Lsn.format(manifest.lsn()));
            Unseen.fill(summary, manifest.uncovered());
        });
        for (Verification.Difference difference : result.differences()) {
            summary.withArray("differences")
                    .addObject()
                    .put("kind", difference.kind().name().toLowerCase(Locale.ROOT))
                    .put("path", difference.path())
                    .put("detail", difference.detail());
        }
        return summary;
    }
}
