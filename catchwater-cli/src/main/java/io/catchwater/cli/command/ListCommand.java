package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Catalog;
import io.catchwater.cli.control.Deployment;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.control.ServedWindows;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.progress.TextTable;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.sink.restore.MomentText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catchwater list}: snapshots, and the windows inside which any moment can be restored. */
@Command(
        name = "list",
        description = "Snapshots, and the windows inside which any moment can be restored.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  catchwater list",
            "  catchwater list --source app --json",
        })
public final class ListCommand extends Verb {

    @Option(names = "--source", paramLabel = "NAME", description = "This source only.")
    private String source;

    @Override
    public Integer call() {
        if (source != null) {
            SourceArgument.requireName(source);
        }
        try (Connection connection = Connection.toData(this)) {
            try {
                show(connection.deployment(), Catalog.read(connection.deployment()));
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
        return ExitStatus.DONE.code();
    }

    private void show(Deployment deployment, Catalog catalog) {
        List<String> names = catalog.sources().stream()
                .filter(name -> source == null || name.equals(source))
                .toList();
        if (source != null && names.isEmpty()) {
            throw new CommandFailure(ExitStatus.NOT_FOUND, "no such source: " + source);
        }
        Map<String, ServedWindows> windows = new LinkedHashMap<>();
        names.forEach(name -> windows.put(name, ServedWindows.read(deployment, catalog, name)));
        if (json()) {
            windows.forEach((name, served) -> writeJson(catalog, name, served));
        } else {
            writeText(catalog, windows);
        }
    }

    private void writeText(Catalog catalog, Map<String, ServedWindows> sources) {
        TextTable windows = WindowsList.table();
        TextTable holes = WindowsList.holesTable();
        TextTable snapshots = new TextTable("SNAPSHOT", "SOURCE", "CUT AT", "FILES", "SIZE", "DIRECTORY");
        TextTable cutCommands = CutCommandsList.table();
        sources.forEach((name, served) -> {
            WindowsList.rows(windows, name, served);
            WindowsList.holes(holes, name, served);
            catalog.cutCommands(name).forEach(each -> CutCommandsList.row(cutCommands, name, each));
            for (SnapshotSealed snapshot : catalog.snapshots(name)) {
                snapshots.row(
                        snapshot.getId(),
                        name,
                        MomentText.moment(snapshot.getLsn(), snapshot.getTimeNs()),
                        Quantities.count(snapshot.getFiles()),
                        Quantities.bytes(snapshot.getBytes()),
                        snapshot.getDestination());
            }
        });
        print(windows, "no moment can be restored yet");
        printIfAny(holes);
        console().out().println();
        print(snapshots, "no snapshots yet");
        printIfAny(cutCommands);
    }

    private void printIfAny(TextTable table) {
        if (table.lines().size() > 1) {
            console().out().println();
            table.lines().forEach(console().out()::println);
        }
    }

    private void print(TextTable table, String whenEmpty) {
        List<String> lines = table.lines();
        if (lines.size() == 1) {
            console().out().println(whenEmpty);
        } else {
            lines.forEach(console().out()::println);
        }
    }

    private void writeJson(Catalog catalog, String name, ServedWindows served) {
        served.windows().windows().forEach(window -> jsonMessages().write(WindowsList.message(name, served, window)));
        catalog.cutCommands(name).forEach(each -> jsonMessages().write(CutCommandsList.message(name, each)));
        for (SnapshotSealed snapshot : catalog.snapshots(name)) {
            ObjectNode node = JsonMessages.message("snapshot").put("source", name);
            node.put("id", snapshot.getId()).put("path", snapshot.getDestination());
            node.put("lsn", snapshot.getLsn()).put("lsn_text", Lsn.format(snapshot.getLsn()));
            node.put("requested_lsn", snapshot.getRequestedLsn());
            node.put("time", Moments.instant(snapshot.getTimeNs()).toString());
            node.put("files", snapshot.getFiles()).put("bytes", snapshot.getBytes());
            jsonMessages().write(node);
        }
    }
}
