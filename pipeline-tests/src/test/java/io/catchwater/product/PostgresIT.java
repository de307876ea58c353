package io.catchwater.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.TreeDifferences;
import io.catchwater.pipeline.Workplace;
import io.catchwater.product.Product.Ended;
import io.catchwater.product.Product.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** PostgreSQL under pgbench: snapshots while it runs, a second server started on each, and what had been committed. */
final class PostgresIT {

    private static final int SNAPSHOTS = 3;
    private static final int COMMITS_BETWEEN = 500;
    private static final String PID_FILE = "postmaster.pid";
    private static final String MANIFEST = ".catchwater-manifest.json";
    private static final Duration END_LIMIT = Duration.ofMinutes(3);

    private Path root;
    private Postgres postgres;
    private Product product;

    @Test
    void everySnapshotIsADatabaseWithAllThatWasCommitted() throws Exception {
        try (Workplace place = new Workplace()) {
            root = place.disk;
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            postgres = new Postgres(Postgres.own(directory("source")), Postgres.own(directory("socket")));
            postgres.initialize();
            try (Product running = new Product(directory("product"))) {
                product = running;
                backUp();
            }
        }
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(root.resolve(name));
    }

    private void backUp() throws Exception {
        Path replica = directory("replica");
        List<Object> arguments =
                new ArrayList<>(List.of("--source", "pg=" + postgres.data(), "--replica", replica, "--"));
        arguments.addAll(postgres.server());
        Started run = product.start("run", arguments.toArray());
        postgres.awaitReady();
        postgres.client("pgbench", "-q", "-i", "-s", "2", "postgres");
        Process pgbench = new ProcessBuilder(postgres.command(
                        "pgbench",
                        "-n",
                        "-c",
                        "3",
                        "-R",
                        "200",
                        "-T",
                        "600",
                        "-h",
                        postgres.socket(),
                        "-U",
                        "postgres"))
                .directory(postgres.socket().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (PostgresLedger ledger = PostgresLedger.start(postgres)) {
            for (int number = 0; number < SNAPSHOTS; number++) {
                run.requireAlive();
                snapshot(number, ledger);
            }
            assertThat(pgbench.isAlive()).as("pgbench runs all the time").isTrue();
            ledger.stop();
        } finally {
            pgbench.destroy();
            pgbench.waitFor();
        }
        postgres.stop();
        Ended ended = run.await(END_LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.err()).doesNotContain("captured");
        assertThat(TreeDifferences.between(postgres.data(), replica)).isEmpty();
        restore();
    }

    private void snapshot(int number, PostgresLedger ledger) throws Exception {
        Path snapshot = directory("snapshot" + number);
        long before = ledger.committed();
        Awaitility.await().atMost(END_LIMIT).until(() -> ledger.committed() >= before + COMMITS_BETWEEN);
        long committed = ledger.committed();
        Ended taken = product.run("snapshot", "--source", "pg", "--to", snapshot, "--id", "pg" + number);
        long begun = ledger.begun();
        assertThat(taken.status()).as(taken.err()).isZero();
        assertThat(taken.err()).doesNotContain("captured");
        assertThat(taken.out()).contains("left out, telling of a running server: " + PID_FILE + " (pid file); ");
        assertThat(postgres.data().resolve(PID_FILE)).exists();
        assertThat(snapshot.resolve(PID_FILE)).doesNotExist();
        System.out.print(taken.out());
        Ended verified = product.run("verify", snapshot);
        assertThat(verified.status()).as(verified.err() + verified.out()).isZero();

        Postgres second = new Postgres(copy(snapshot, "opened" + number), Postgres.own(directory("socket" + number)));
        Process server = new ProcessBuilder(second.server())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("second" + number).toFile())
                .start();
        try {
            second.awaitReady();
            assertThat(PostgresLedger.problems(second, committed, begun)).isEmpty();
            String amcheck = second.client("pg_amcheck", "--all", "--install-missing", "--heapallindexed");
            assertThat(amcheck).as("pg_amcheck").isEmpty();
            System.out.printf(
                    "snapshot %d: %d transactions committed before it are there, pg_amcheck finds nothing%n",
                    number, committed);
        } finally {
            second.stop();
            server.waitFor();
        }
    }

    /** The same moment from Kafka alone. */
    private void restore() throws Exception {
        Path restored = root.resolve("restored");
        Ended ended = product.run("restore", "--source", "pg", "--to", restored, "--at", "snapshot:pg1");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("left out, telling of a running server: " + PID_FILE + " (pid file); ");
        Path snapshot = root.resolve("snapshot1");
        Files.delete(restored.resolve(MANIFEST));
        Files.delete(snapshot.resolve(MANIFEST));
        assertThat(TreeDifferences.between(snapshot, restored)).isEmpty();
    }

    private Path copy(Path from, String name) throws IOException, InterruptedException {
        Path to = root.resolve(name);
        Process cp = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(cp.waitFor()).isZero();
        return to;
    }
}
