package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One PostgreSQL cluster of the system's package, reached through a socket in a directory of its own. It never runs as
 * root: then as the package's user.
 *
 * @param data its data directory
 * @param socket directory of its socket
 */
record Postgres(Path data, Path socket) {

    private static final String USER = "postgres";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** A program of PostgreSQL with the right user before it. */
    List<String> command(String program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"));
        }
        command.add(programs().resolve(program).toString());
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    private static Path programs() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.max(Path::compareTo).orElseThrow().resolve("bin");
        }
    }

    /** Gives a directory to the user that PostgreSQL runs as, and to nobody else. */
    static Path own(Path directory) throws IOException, InterruptedException {
        if (System.getProperty("user.name").equals("root")) {
            call(List.of("chown", USER + ":" + USER, directory.toString()));
        }
        call(List.of("chmod", "0700", directory.toString()));
        return directory;
    }

    /** The server, in the foreground. */
    List<String> server() throws IOException {
        return command("postgres", "-D", data, "-k", socket, "-h", "");
    }

    void initialize() throws IOException, InterruptedException {
        call(command("initdb", "-D", data, "-A", "trust", "-U", USER, "--no-sync"));
    }

    /** Waits until it takes connections. */
    void awaitReady() throws IOException, InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (output(command("pg_isready", "-q", "-h", socket)).status() != 0) {
            if (System.nanoTime() > until) {
                throw new IOException("PostgreSQL does not come up in " + data);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** A client program's words; fails when it does. */
    String client(String program, Object... arguments) throws IOException, InterruptedException {
        List<Object> all = new ArrayList<>(List.of("-h", socket, "-U", USER));
        all.addAll(Arrays.asList(arguments));
        return call(command(program, all.toArray()));
    }

    /** One value. */
    long number(String query) throws IOException, InterruptedException {
        return Long.parseLong(client("psql", "-Atqc", query).strip());
    }

    void stop() throws IOException, InterruptedException {
        call(command("pg_ctl", "stop", "-D", data, "-m", "fast", "-w"));
    }

    private record Output(int status, String text) {}

    private static String call(List<String> command) throws IOException, InterruptedException {
        Output output = output(command);
        if (output.status() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + output.status() + ": " + output.text());
        }
        return output.text();
    }

    private static Output output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        return new Output(process.exitValue(), text);
    }
}
