package io.catchwater.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;

/** What docker-compose.yml describes, under a name of its own, with what a test adds. Ends, data included, with {@link #close}. */
final class Cluster implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("catchwater.root"));
    private static final String PROJECT = "catchwater-test";
    private static final Duration HEALTHY_LIMIT = Duration.ofMinutes(5);

    private final Path additions;
    private final Path backups;

    /**
     * Starts it.
     *
     * @param additions a further file for docker-compose
     * @param backups where replica and snapshots are made, on this host
     */
    Cluster(Path additions, Path backups) throws IOException, InterruptedException {
        this.additions = additions;
        this.backups = backups;
        compose("down", "--volumes", "--timeout", "1");
        try {
            compose("up", "--detach");
            awaitHealthy();
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.err.println(compose("logs", "--no-color", "--tail", "60"));
            close();
            throw e;
        }
    }

    /** Waits until every container that has a health check says that it is healthy. */
    void awaitHealthy() {
        Awaitility.await()
                .atMost(HEALTHY_LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    List<String> states = states();
                    if (states.isEmpty()
                            || !states.stream().allMatch(state -> state.matches("running (healthy|none)"))) {
                        throw new AssertionError("not healthy: " + states);
                    }
                });
    }

    private List<String> states() throws IOException, InterruptedException {
        List<String> inspect = new ArrayList<>(List.of(
                "docker",
                "inspect",
                "--format",
                "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}"));
        inspect.addAll(compose("ps", "--quiet").lines().toList());
        return output(inspect).lines().toList();
    }

    void stop(String service) throws IOException, InterruptedException {
        compose("stop", service);
    }

    void start(String service) throws IOException, InterruptedException {
        compose("start", service);
    }

    /** Runs a program in a service's container to its end; returns what it said. Throws when it does not end with 0. */
    String exec(String service, String... program) throws IOException, InterruptedException {
        return compose(execArguments(service, program).toArray(String[]::new));
    }

    /** The command line of such a program, for those who start it themselves. */
    List<String> command(String service, String... program) {
        return commandLine(execArguments(service, program));
    }

    private static List<String> execArguments(String service, String... program) {
        List<String> arguments = new ArrayList<>(List.of("exec", "-T", service));
        arguments.addAll(Arrays.asList(program));
        return arguments;
    }

    private String compose(String... arguments) throws IOException, InterruptedException {
        return output(commandLine(Arrays.asList(arguments)));
    }

    private List<String> commandLine(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "CATCHWATER_BACKUPS=" + backups, "docker-compose"));
        command.addAll(List.of("--project-name", PROJECT, "--project-directory", ROOT.toString()));
        command.addAll(List.of("--file", ROOT.resolve("docker-compose.yml").toString()));
        command.addAll(List.of("--file", additions.toString()));
        command.addAll(arguments);
        return command;
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("catchwater-compose", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectError(errors.toFile())
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(
                        command + " ended with " + process.exitValue() + ": " + said + Files.readString(errors, UTF_8));
            }
            return said;
        } finally {
            Files.delete(errors);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            compose("down", "--volumes", "--timeout", "5");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: the containers of " + PROJECT + " go on", e);
        }
    }
}
