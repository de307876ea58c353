package io.catchwater.cli.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What {@code --json} writes: one object a line, told apart by {@code message_type}: status, error, summary.
 *
 * <p>LSNs are numbers as the topics have them; {@code lsn_text} is how people write them.
 */
public final class JsonMessages {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;

    /** @param out gets a line for each message, flushed */
    public JsonMessages(PrintStream out) {
        this.out = out;
    }

    /** A message to be filled by the caller and given to {@link #write}. */
    public static ObjectNode message(String type) {
        return JSON.createObjectNode().put("message_type", type);
    }

    /** How far the command is. */
    public void status(Progress progress) {
        write(fill(message("status"), progress));
    }

    /** Adds the fields that every progress has. */
    public static ObjectNode fill(ObjectNode node, Progress progress) {
        node.put("phase", progress.phase());
        node.put("percent_done", rounded(progress.percentDone()));
        node.put("bytes_done", progress.bytesDone());
        node.put("bytes_total", progress.bytesTotal());
        node.put("files_done", progress.filesDone());
        node.put("files_total", progress.filesTotal());
        node.put("bytes_per_second", progress.bytesPerSecond());
        node.put("throttle", progress.throttle());
        node.put("seconds_elapsed", rounded(progress.secondsElapsed()));
        double remaining = progress.secondsRemaining();
        if (remaining >= 0) {
            node.put("seconds_remaining", rounded(remaining));
        } else {
            node.putNull("seconds_remaining");
        }
        node.put("lag_bytes", progress.lagBytes());
        node.put("lag_seconds", rounded(progress.lagSeconds()));
        node.put("lsn", progress.lsn());
        node.put("text", progress.text());
        node.put("current_file", progress.currentFile());
        node.put("changes_per_second", progress.changesPerSecond());
        node.put("converging", progress.converging());
        return node;
    }

    /**
     * Why the command failed.
     *
     * @param exitStatus that the process will end with
     * @param errorCode errno, 0 where there is none
     * @param errorString one line
     */
    public void error(int exitStatus, int errorCode, String errorString) {
        ObjectNode node = message("error");
        node.put("exit_status", exitStatus);
        node.put("error_code", errorCode);
        node.put("error_string", errorString);
        write(node);
    }

    /** Writes one line. */
    public void write(ObjectNode message) {
        try {
            out.println(JSON.writeValueAsString(message));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.3f", value));
    }
}
