package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MariaDB, which would write its pages by io_uring or libaio: both are denied to it, and nothing is missed. */
final class MariadbIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int ENOUGH = 300;
    private static final String TRANSACTION =
            "BEGIN; INSERT INTO d.ledger VALUES (%1$d, repeat('x', 500)); INSERT INTO d.echo VALUES (%1$d); COMMIT;"
                    + " SELECT %1$d;%n";

    private Path root;

    @ParameterizedTest
    @ValueSource(ints = {1, 0})
    void everySnapshotIsADatabaseWithAllThatWasCommitted(int nativeAio) throws Exception {
        try (Workplace place = new Workplace();
                Product product = new Product(place.directory("product"))) {
            root = place.disk;
            Path source = directory("source");
            Path replica = directory("replica");
            Path snapshot = directory("snapshot");
            run(
                    Duration.ofMinutes(1),
                    "mariadb-install-db",
                    "--no-defaults",
                    "--datadir=" + source,
                    user(),
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db");
            List<Object> arguments = new ArrayList<>(List.of("--source", "my=" + source, "--replica", replica, "--"));
            arguments.addAll(server(source, "socket", nativeAio));
            Started run = product.start("run", arguments.toArray());
            awaitServer("socket");
            client(
                    "socket",
                    "CREATE DATABASE d; CREATE TABLE d.ledger(n BIGINT PRIMARY KEY, filler VARCHAR(600));"
                            + " CREATE TABLE d.echo(n BIGINT PRIMARY KEY)");

            Process session = new ProcessBuilder(
                            "mariadb", "--no-defaults", "-S", path("socket"), "-NB", "--unbuffered", "-u", "root")
                    .redirectErrorStream(true)
                    .redirectOutput(root.resolve("acknowledged").toFile())
                    .start();
            Thread writer = new Thread(() -> write(session));
            writer.start();
            Awaitility.await().atMost(LIMIT).until(() -> acknowledged() >= ENOUGH);
            long before = acknowledged();
            Ended taken = product.run("snapshot", "--source", "my", "--to", snapshot);
            long after = acknowledged() + 1;
            session.destroy();
            session.waitFor();
            writer.join();
            client("socket", "SHUTDOWN");
            Ended ended = run.await(LIMIT);
            assertThat(taken.status()).as(taken.err()).isZero();
            assertThat(taken.err()).doesNotContain("captured");
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.err()).doesNotContain("captured", "Using io_uring");
            assertThat(TreeDifferences.between(source, replica)).isEmpty();
            examine(snapshot, before, after);
        }
    }

    private void examine(Path snapshot, long before, long after) throws Exception {
        Process second = new ProcessBuilder(server(snapshot, "second", 0).stream()
                        .map(Object::toString)
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("second.log").toFile())
                .start();
        try {
            awaitServer("second");
            String counts = client("second", "SELECT count(*), max(n), (SELECT count(*) FROM d.echo) FROM d.ledger");
            long[] numbers = Arrays.stream(counts.strip().split("\\s+", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
            assertThat(numbers[0])
                    .isBetween(before, after)
                    .isEqualTo(numbers[1])
                    .isEqualTo(numbers[2]);
            assertThat(client("second", "CHECK TABLE d.ledger, d.echo EXTENDED"))
                    .doesNotContainIgnoringCase("error");
            System.out.printf("%d transactions committed before the snapshot, %d are in it%n", before, numbers[0]);
        } finally {
            client("second", "SHUTDOWN");
            second.waitFor();
        }
    }

    private static void write(Process session) {
        try (var out = session.outputWriter(UTF_8)) {
            for (long number = 1; ; number++) {
                out.write(TRANSACTION.formatted(number));
                out.flush();
            }
        } catch (IOException e) {
            // The session has ended.
            return;
        }
    }

    private long acknowledged() throws IOException {
        List<String> lines = Files.readAllLines(root.resolve("acknowledged"), UTF_8);
        return lines.isEmpty() ? 0 : Long.parseLong(lines.get(lines.size() - 1));
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(root.resolve(name));
    }

    private String path(String name) {
        return root.resolve(name).toString();
    }

    private static String user() {
        return "--user=" + System.getProperty("user.name");
    }

    private List<Object> server(Path data, String socket, int nativeAio) {
        return List.of(
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                user(),
                "--socket=" + path(socket),
                "--pid-file=" + path(socket + ".pid"),
                "--skip-networking",
                "--innodb-use-native-aio=" + nativeAio);
    }

    private void awaitServer(String socket) {
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> client(socket, "SELECT 1").startsWith("1"));
    }

    private String client(String socket, String statement) throws IOException, InterruptedException {
        return run(LIMIT, "mariadb", "--no-defaults", "-S", path(socket), "-u", "root", "-NBe", statement);
    }

    private static String run(Duration limit, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
