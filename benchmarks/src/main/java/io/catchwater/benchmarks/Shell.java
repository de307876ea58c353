package io.catchwater.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that are run beside what is measured. */
final class Shell {

    private static final long LIMIT_SECONDS = 300;

    private Shell() {}

    /** Waits until one has ended; its words. */
    static String call(List<String> command) throws IOException, InterruptedException {
        return call(command, "");
    }

    /** As {@link #call(List)}, with something on its standard input. */
    static String call(List<String> command, String input) throws IOException, InterruptedException {
        Path said = Files.createTempFile("catchwater-bench", ".out");
        Path given = Files.createTempFile("catchwater-bench", ".in");
        try {
            Files.writeString(given, input);
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectInput(given.toFile())
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " does not end");
            }
            String words = Files.readString(said, UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ": " + words);
            }
            return words;
        } finally {
            Files.delete(said);
            Files.delete(given);
        }
    }

    /** Starts one whose words go to a file. */
    static Process start(List<String> command, Map<String, String> environment, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
