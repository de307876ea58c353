package io.catchwater.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.pipeline.oracle.History;
import io.catchwater.pipeline.oracle.ObservedTree;
import io.catchwater.pipeline.oracle.PrefixOracle;
import io.catchwater.pipeline.oracle.PrefixOracle.Bounds;
import io.catchwater.pipeline.oracle.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cluster of docker-compose.yml, with the oracle's writer beside its database: one broker after another is stopped and
 * started while snapshots are taken. Each is a prefix of what the writer did, and PostgreSQL starts on it.
 */
@Tag("docker")
@Tag("compose")
final class ComposeIT {

    private static final Duration SNAPSHOT_LIMIT = Duration.ofMinutes(3);
    private static final int OPERATIONS_BETWEEN = 100;
    private static final Set<String> IGNORED = Set.of();
    private static final String LEDGER = "SELECT count(*) || ' ' || max(id) FROM ledger";

    private final long seed = Long.getLong("catchwater.seed", new Random().nextInt(1_000_000));
    private final List<Cut> cuts = new ArrayList<>();
    private Workplace place;
    private WriterProgram writer;
    private Cluster cluster;
    private Path backups;

    /** A snapshot, what has to be in it and what cannot be; rows of the ledger that were committed before and after. */
    private record Cut(String id, Bounds bounds, long rowsBefore, long rowsAfter) {}

    @Test
    void snapshotsArePrefixesWhileBrokersComeAndGo() throws Exception {
        try (Workplace made = new Workplace();
                WriterProgram program = new WriterProgram(made, "--seed", "" + seed, "--pause-us", "5000")) {
            place = made;
            writer = program;
            backups = Files.createDirectory(made.disk.resolve("backups"));
            Files.createDirectory(backups.resolve("replica"));
            Files.createDirectory(backups.resolve("taken"));
            try (Cluster started = new Cluster(additions(), backups)) {
                cluster = started;
                drill();
            }
        }
    }

    private void drill() throws Exception {
        assertTopicsAreReplicated();
        writer.runBy(cluster.command("database", "catchwater", "exec", "--source", "demo", "--"));
        writer.awaitOperations(OPERATIONS_BETWEEN);
        snapshot("healthy", () -> {}, () -> {});
        snapshot("first-away", () -> cluster.stop("kafka-2"), () -> cluster.start("kafka-2"));
        awaitInSync();
        snapshot("second-away", () -> cluster.stop("kafka-3"), () -> cluster.start("kafka-3"));
        awaitInSync();
        snapshot("afterwards", () -> {}, () -> {});
        cluster.exec("database", "sh", "-c", "kill -TERM $(pidof catchwater-writer)");
        writer.awaitEnd();
        PrefixOracle oracle = new PrefixOracle(History.read(writer.log));
        for (Cut cut : cuts) {
            judge(oracle, cut);
        }
    }

    /** The writer's directory, log and program in the containers that need them, under their paths on this host. */
    private Path additions() throws Exception {
        String source = writer.directory + ":" + writer.directory;
        String log = writer.log + ":" + writer.log;
        Path program = Path.of(System.getProperty("catchwater.writer"));
        return Files.writeString(place.disk.resolve("additions.yml"), """
                services:
                  bridge:
                    command: bridge --source demo=/srv/database,%s --http 8080
                    volumes: ["%s"]
                  database:
                    volumes: ["%s", "%s", "%s:%s:ro"]
                """.formatted(
                        writer.directory, source, source, log, program, program));
    }

    private void assertTopicsAreReplicated() throws Exception {
        List<String> topics = kafka("topics", "--describe")
                .lines()
                .filter(line -> line.startsWith("Topic: catchwater") || line.startsWith("Topic: _schemas"))
                .toList();
        assertThat(topics).hasSizeGreaterThanOrEqualTo(7);
        assertThat(topics).allMatch(line -> line.contains("ReplicationFactor: 3"));
        assertThat(topics).allMatch(line -> line.contains("min.insync.replicas=2"));
    }

    private void awaitInSync() {
        cluster.awaitHealthy();
        Awaitility.await()
                .atMost(SNAPSHOT_LIMIT)
                .untilAsserted(() -> assertThat(kafka("topics", "--describe", "--under-replicated-partitions"))
                        .isBlank());
    }

    private String kafka(String tool, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("/opt/kafka/bin/kafka-" + tool + ".sh", "--bootstrap-server", "kafka-1:9092"));
        command.addAll(List.of(arguments));
        return cluster.exec("kafka-1", command.toArray(String[]::new));
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Asks for one by a record on the commands topic, and waits for its end; between comes what happens meanwhile. */
    private void snapshot(String id, Step meanwhile, Step afterwards) throws Exception {
        Files.createDirectory(backups.resolve("taken").resolve(id));
        long rowsBefore = rows();
        long before = writer.mark();
        String record = "demo|{\"id\":\"%s\",\"type\":\"snapshot\",\"data\":{\"destination\":\"/backups/taken/%s\"}}"
                .formatted(id, id);
        cluster.exec(
                "kafka-1",
                "sh",
                "-c",
                "echo '" + record + "' | /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server kafka-1:9092"
                        + " --topic catchwater.commands --reader-property parse.key=true"
                        + " --reader-property key.separator='|'");
        meanwhile.run();
        Awaitility.await("snapshot " + id)
                .atMost(SNAPSHOT_LIMIT)
                .until(() -> cluster.exec("sink", "sh", "-c", "catchwater status --json --id " + id + " || true")
                        .contains("\"COMPLETED\""));
        cuts.add(new Cut(id, new Bounds(before, writer.mark()), rowsBefore, rows()));
        writer.awaitOperations(OPERATIONS_BETWEEN);
        afterwards.run();
    }

    private long rows() throws Exception {
        String said = cluster.exec("database", "runuser", "-u", "postgres", "--", "psql", "-qAtc", LEDGER);
        return Long.parseLong(said.strip().split(" ", -1)[0]);
    }

    private void judge(PrefixOracle oracle, Cut cut) throws Exception {
        Path snapshot = backups.resolve("taken").resolve(cut.id());
        cluster.exec("sink", "catchwater", "verify", "/backups/taken/" + cut.id());
        Path ofWriter = snapshot.resolve(writer.directory.getFileName());
        assertThat(oracle.check(ObservedTree.scan(ofWriter, IGNORED), cut.bounds()))
                .as("seed %d, %s", seed, cut)
                .isInstanceOf(Verdict.IsPrefix.class);
        String[] ledger = ledger(snapshot.resolve("database/data")).split(" ", -1);
        assertThat(ledger[0]).as("rows, and the last one's number").isEqualTo(ledger[1]);
        assertThat(Long.parseLong(ledger[0])).isBetween(cut.rowsBefore(), cut.rowsAfter());
    }

    /** What PostgreSQL finds in a directory after its crash recovery: number of rows, last id. */
    private static String ledger(Path data) throws Exception {
        String script = "cp -a /snapshot /tmp/data && rm -f /tmp/data/postmaster.pid && cd /tmp"
                + " && echo \"" + LEDGER + "\" | runuser -u postgres -- postgres --single -D /tmp/data postgres"
                + " 2>/dev/null | sed -n 's/.*\"\\([0-9]* [0-9]*\\)\".*/\\1/p'";
        Process process = new ProcessBuilder(
                        "docker",
                        "run",
                        "--rm",
                        "--volume",
                        data + ":/snapshot:ro",
                        "catchwater/database",
                        "sh",
                        "-c",
                        script)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
