package io.catchwater.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A small program of a test's own, from {@code src/test/c}. */
public final class CProgram {

    private static final long PATIENCE_SECONDS = 120;

    private final Path binary;

    /**
     * Compiles it.
     *
     * @param libraries as the linker wants them
     */
    public CProgram(Workplace place, String name, String... libraries) throws IOException, InterruptedException {
        this.binary = place.directory(name).resolve(name);
        Path code = Path.of("src/test/c", name + ".c");
        List<String> command = new ArrayList<>(
                List.of("gcc", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", "-o", binary.toString(), "" + code));
        command.addAll(List.of(libraries));
        run(command, Map.of());
    }

    /** What can be run. */
    public Path binary() {
        return binary;
    }

    /** Runs it to its end; it must be content with itself. */
    void run(Map<String, String> environment, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        run(command, environment);
    }

    private static void run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
