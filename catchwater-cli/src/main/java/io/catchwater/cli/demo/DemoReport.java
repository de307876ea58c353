package io.catchwater.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.catchwater.cli.progress.Console;
import io.catchwater.cli.progress.JsonMessages;
import io.catchwater.cli.progress.Quantities;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** What the demo says: a line for each step, what was done on the left, how long it took on the right. */
final class DemoReport {

    private final Console console;
    private final boolean json;

    DemoReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    void title(String text) {
        if (!json) {
            console.out().println(text);
            console.out().println();
        }
    }

    /** A step that is done. */
    void step(String name, String text, Duration took) {
        if (json) {
            ObjectNode node = JsonMessages.message("status").put("phase", name).put("text", text);
            new JsonMessages(console.out()).write(node.put("seconds_elapsed", took.toMillis() / 1000.0));
        } else {
            line(name, text, Quantities.duration(took));
        }
    }

    /** More about the step above. */
    void detail(String text) {
        if (!json) {
            line("", text, "");
        }
    }

    /**
     * The end.
     *
     * @param memory bytes resident in this process at most, where that is known
     */
    void end(String text, Duration took, OptionalLong memory) {
        if (json) {
            ObjectNode node = JsonMessages.message("summary").put("text", text).put("exit_status", 0);
            memory.ifPresent(bytes -> node.put("memory_bytes", bytes));
            new JsonMessages(console.out()).write(node.put("seconds_elapsed", took.toMillis() / 1000.0));
        } else {
            console.out().println();
            console.out().println(text);
            String most =
                    memory.isPresent() ? ", and at most " + Quantities.bytes(memory.getAsLong()) + " of memory" : "";
            console.out().println("It took " + Quantities.duration(took) + most + ", broker included.");
        }
    }

    private void line(String name, String text, String time) {
        console.out()
                .println(String.format(Locale.ROOT, "  %-12s %-66s %8s", name, text, time)
                        .stripTrailing());
        console.out().flush();
    }
}
