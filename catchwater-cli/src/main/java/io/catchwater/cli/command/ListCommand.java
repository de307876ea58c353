package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import io.catchwater.cli.control.Catalog;
import io.catchwater.cli.control.KafkaFailures;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Quantities;
import io.catchwater.cli.progress.TextTable;
import io.catchwater.cli.restore.Moments;
import io.catchwater.cli.run.SourceArgument;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.SnapshotSealed;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
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

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss XXX", Locale.ROOT);

    @Option(names = "--source", paramLabel = "NAME", description = "This source only.")
    private String source;

    @Override
    public Integer call() {
        if (source != null) {
            SourceArgument.requireName(source);
        }
        try (Connection connection = Connection.toData(this)) {
            try {
                show(Catalog.read(connection.deployment()));
            } catch (KafkaException e) {
                throw KafkaFailures.explain(connection.deployment(), e);
            }
        }
        return ExitStatus.DONE.code();
    }

    private void show(Catalog catalog) {
        List<String> names = catalog.sources().stream()
                .filter(name -> source == null || name.equals(source))
                .toList();
        if (source != null && names.isEmpty()) {
            throw new CommandFailure(ExitStatus.NOT_FOUND, "no such source: " + source);
        }
        if (json()) {
            names.forEach(name -> writeJson(catalog, name));
        } else {
            writeText(catalog, names);
        }
    }

    private void writeText(Catalog catalog, List<String> names) {
        TextTable windows = new TextTable("SOURCE", "RESTORABLE FROM", "UNTIL", "LSN");
        TextTable snapshots = new TextTable("SNAPSHOT", "SOURCE", "CUT AT", "LSN", "FILES", "SIZE", "DIRECTORY");
        TextTable cutCommands = CutCommandsList.table();
        for (String name : names) {
            catalog.cutCommands(name).forEach(each -> CutCommandsList.row(cutCommands, name, each));
            for (BaseComplete window : catalog.windows(name)) {
                boolean open = window.getToLsn() == Lsn.NONE;
                windows.row(
                        name,
                        time(window.getFromTimeNs()),
                        open ? "now" : "before a gap",
                        Lsn.format(window.getFromLsn()) + (open ? " …" : " … " + Lsn.format(window.getToLsn())));
            }
            for (SnapshotSealed snapshot : catalog.snapshots(name)) {
                snapshots.row(
                        snapshot.getId(),
                        name,
                        time(snapshot.getTimeNs()),
                        Lsn.format(snapshot.getLsn()),
                        Quantities.count(snapshot.getFiles()),
                        Quantities.bytes(snapshot.getBytes()),
                        snapshot.getDestination());
            }
        }
        print(windows, "no moment can be restored yet");
        console().out().println();
        print(snapshots, "no snapshots yet");
        if (cutCommands.lines().size() > 1) {
            console().out().println();
            cutCommands.lines().forEach(console().out()::println);
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

    private void writeJson(Catalog catalog, String name) {
        for (BaseComplete window : catalog.windows(name)) {
            ObjectNode node = JsonMessages.message("window").put("source", name);
            node.put("from_lsn", window.getFromLsn()).put("from_lsn_text", Lsn.format(window.getFromLsn()));
            node.put("from_time", Moments.instant(window.getFromTimeNs()).toString());
            if (window.getToLsn() == Lsn.NONE) {
                node.putNull("to_lsn");
            } else {
                node.put("to_lsn", window.getToLsn());
            }
            jsonMessages().write(node);
        }
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

    private static String time(long timeNs) {
        return TIME.format(Moments.instant(timeNs).atZone(ZoneId.systemDefault()));
    }
}
