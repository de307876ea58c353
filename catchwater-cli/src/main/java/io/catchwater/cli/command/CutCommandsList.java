package io.catchwater.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.TextTable;
import io.catchwater.cli.restore.Moments;
import io.catchwater.schemas.control.CutCommandRun;
import io.catchwater.schemas.control.CutCommands;

/** How {@code list} shows what was run beside cuts. */
final class CutCommandsList {

    private static final String NONE = "-";

    private CutCommandsList() {}

    /** A table without rows. */
    static TextTable table() {
        return new TextTable("BESIDE THE CUT OF", "SOURCE", "BEFORE IT", "AFTER IT");
    }

    /** Adds one; what the commands said is in the JSON only. */
    static void row(TextTable table, String source, CutCommands commands) {
        table.row(commands.getId(), source, words(commands.getBefore()), words(commands.getAfter()));
    }

    private static String words(CutCommandRun run) {
        return run == null ? NONE : "exit " + run.getExitStatus();
    }

    /** One message. */
    static ObjectNode message(String source, CutCommands commands) {
        ObjectNode node = JsonMessages.message("cut_commands").put("source", source);
        node.put("id", commands.getId());
        node.set("before", run(node, commands.getBefore()));
        node.set("after", run(node, commands.getAfter()));
        return node;
    }

    private static ObjectNode run(ObjectNode parent, CutCommandRun run) {
        return run == null
                ? null
                : parent.objectNode()
                        .put("command", run.getCommand())
                        .put("exit_status", run.getExitStatus())
                        .put("seconds", run.getSeconds())
                        .put("time", Moments.instant(run.getTimeNs()).toString())
                        .put("output", run.getOutput());
    }
}
