package io.catchwater.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL under pgbench. It never runs as root: then as the package's user. */
final class Postgresql implements Database {

    private static final String USER = "postgres";
    private static final int MEGABYTES_PER_SCALE = 15;
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    @Override
    public String name() {
        return "postgresql";
    }

    private static List<String> command(String program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"));
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            command.add(versions.max(Path::compareTo).orElseThrow() + "/bin/" + program);
        }
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    @Override
    public void initialize(Path data, Path socket, int megabytes) throws IOException, InterruptedException {
        if (System.getProperty("user.name").equals("root")) {
            Shell.call(List.of("chown", USER + ":" + USER, data.toString(), socket.toString()));
        }
        Shell.call(List.of("chmod", "0700", data.toString()));
        Shell.call(command("initdb", "-D", data, "-A", "trust", "-U", USER, "--no-sync"));
        Path said = Files.createTempFile("catchwater-bench", ".server");
        Process server = Shell.start(server(data, socket), Map.of(), said);
        awaitReady(socket);
        Shell.call(command(
                "pgbench",
                "-h",
                socket,
                "-U",
                USER,
                "-q",
                "-i",
                "-s",
                Math.max(1, megabytes / MEGABYTES_PER_SCALE),
                USER));
        stop(data, socket);
        server.waitFor();
        Files.delete(said);
    }

    @Override
    public List<String> server(Path data, Path socket) throws IOException {
        return command("postgres", "-D", data, "-k", socket, "-h", "");
    }

    @Override
    public List<String> probe(Path socket) throws IOException {
        return command("pg_isready", "-q", "-h", socket);
    }

    @Override
    public Load load(Path socket, int seconds, long seed) throws IOException {
        List<String> pgbench = command(
                "pgbench", "-n", "-h", socket, "-U", USER, "-c", CLIENTS, "-T", seconds, "--random-seed=" + seed, USER);
        return new Load(List.of(pgbench), said -> {
            Matcher tps = TPS.matcher(said);
            if (!tps.find()) {
                throw new IllegalStateException("pgbench said no tps: " + said);
            }
            return Double.parseDouble(tps.group(1));
        });
    }

    @Override
    public void stop(Path data, Path socket) throws IOException, InterruptedException {
        Shell.call(command("pg_ctl", "stop", "-D", data, "-m", "fast", "-w", "-t", "120"));
    }
}
