package io.catchwater.cli.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.schemas.control.LeftOut;
import io.catchwater.schemas.control.RunFileKind;
import io.catchwater.schemas.control.Status;
import io.catchwater.sink.runfiles.RunFile;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The run files that a snapshot or a restore leaves out, as verbs tell them.
 *
 * @param named those that are known by name
 * @param count of all of them
 */
public record LeftOutFiles(List<LeftOut> named, long count) {

    /** A line for people has so many. */
    private static final int SHOWN = 5;

    /** As a status has them. */
    public static LeftOutFiles of(Status status) {
        return new LeftOutFiles(status.getLeftOut(), status.getLeftOutCount());
    }

    /** All of them. */
    public static LeftOutFiles of(List<RunFile> runFiles) {
        return new LeftOutFiles(runFiles.stream().map(RunFile::asLeftOut).toList(), runFiles.size());
    }

    /** One line; none where nothing was left out. */
    public void print(PrintStream out) {
        if (count > 0) {
            out.println("left out, telling of a running server: " + names() + "; --keep-run-files keeps them");
        }
    }

    /** The first few, each with what it is, and how many more there are. */
    public String names() {
        String names = named.stream()
                .limit(SHOWN)
                .map(each -> each.getPath() + " (" + word(each.getWhy()) + ")")
                .collect(Collectors.joining(", "));
        long more = count - Math.min(SHOWN, named.size());
        return names + (more > 0 ? " and " + more + " more" : "");
    }

    /** Adds {@code left_out} and {@code left_out_count}. */
    public void fill(ObjectNode node) {
        node.withArray("left_out");
        for (LeftOut each : named) {
            node.withArray("left_out")
                    .addObject()
                    .put("path", each.getPath())
                    .put("why", each.getWhy().name());
        }
        node.put("left_out_count", count);
    }

    private static String word(RunFileKind kind) {
        return switch (kind) {
            case PID_FILE -> "pid file";
            case SOCKET -> "socket";
            case LOCK -> "lock";
        };
    }
}
