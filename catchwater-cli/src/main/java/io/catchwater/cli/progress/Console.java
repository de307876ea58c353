package io.catchwater.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command speaks.
 *
 * @param out standard output: results
 * @param err standard error: errors, progress, remarks
 * @param outTerminal whether a person reads {@code out}
 * @param errTerminal whether a person reads {@code err}
 * @param columns width of the terminal in characters
 * @param environment of the process
 */
public record Console(
        PrintStream out,
        PrintStream err,
        boolean outTerminal,
        boolean errTerminal,
        int columns,
        Map<String, String> environment) {

    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 40;

    /** This process's own streams, in UTF-8. */
    public static Console ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Console(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                isTerminal(1),
                isTerminal(2),
                TerminalWidth.of(2).orElseGet(() -> columns(environment.get("COLUMNS"))),
                environment);
    }

    /** Whether a descriptor of this process leads to a terminal; the JDK tells of both streams at once only. */
    public static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (java.io.IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static int columns(String text) {
        if (text == null || !text.matches("[0-9]{1,4}")) {
            return DEFAULT_COLUMNS;
        }
        return Math.max(LEAST_COLUMNS, Integer.parseInt(text));
    }
}
