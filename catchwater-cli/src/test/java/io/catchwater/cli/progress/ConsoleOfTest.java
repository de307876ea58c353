package io.catchwater.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

/** A console whose words can be read afterwards. */
public final class ConsoleOfTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console;

    /** Neither stream is a terminal. */
    public ConsoleOfTest(Map<String, String> environment) {
        console = new Console(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, false, 80, environment);
    }

    public Console console() {
        return console;
    }

    public String out() {
        return out.toString(UTF_8);
    }

    public String err() {
        return err.toString(UTF_8);
    }
}
