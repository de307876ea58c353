package io.catchwater.product;

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
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * LMDB, also with MDB_WRITEMAP and MDB_MAPASYNC, RocksDB that writes through memory, SQLite's -shm, Java's
 * MappedByteBuffer: a cut while nothing is stored has all of it and says so; one that may have been torn names the files.
 */
final class MappedFilesIT {

    private static final Duration END_LIMIT = Duration.ofMinutes(3);
    private static final String MANIFEST = ".catchwater-manifest.json";
    private static final int BUSY_SNAPSHOTS = Integer.getInteger("catchwater.mapped.snapshots", 1);
    private static final int COMMITS_BETWEEN = 20;
    private static final String SETTLED = "mapped shared and writable: read while nothing was stored there";
    private static final int NOT_CAPTURED = 22;
    private static final List<String> ALWAYS_MAPPED = List.of(
            "lmdb/lock.mdb",
            "lmdb_writemap/data.mdb",
            "lmdb_writemap/lock.mdb",
            "lmdb_mapasync/data.mdb",
            "lmdb_mapasync/lock.mdb",
            "java/pages",
            "sqlite_wal/database-shm");

    private Workplace place;
    private Product product;
    private Path source;
    private StagedPrograms programs;

    @BeforeEach
    void make() throws IOException {
        place = new Workplace();
        product = new Product(place.directory("product"));
        source = directory("source");
        programs = new StagedPrograms(place, source);
    }

    @AfterEach
    void remove() throws IOException {
        product.close();
        place.close();
    }

    @Test
    void aRestingProgramIsInTheSnapshotAndABusyOneIsRightOrNamed() throws Exception {
        Path replica = directory("replica");
        Started run = run(replica, programs.command());
        programs.awaitResting(1, alive(run));
        atRest("first");

        programs.beBusy();
        for (int number = 0; number < BUSY_SNAPSHOTS; number++) {
            programs.awaitCommits(COMMITS_BETWEEN);
            busy("busy" + number);
        }
        programs.rest();
        programs.awaitResting(2, alive(run));
        atRest("second");

        programs.end();
        Ended ended = run.await(END_LIMIT);
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.err()).doesNotContain("captured");
        assertThat(TreeDifferences.between(source, replica)).isEmpty();
        assertEach(replica, programs.committed(), programs.committed());
    }

    /** The same programs outside of the hook: the cut has their files, and a line for each that nobody captured it. */
    @Test
    void withoutTheHookTheyAreNamedAsNotCaptured() throws Exception {
        Path began = place.disk.resolve("began");
        String wait = "touch '%s'; until [ -e '%s' ]; do sleep 0.1; done".formatted(began, place.disk.resolve("end"));
        Started run = run(directory("replica"), List.of("sh", "-c", wait));
        Awaitility.await().atMost(END_LIMIT).until(() -> {
            run.requireAlive();
            return Files.exists(began);
        });
        Process outside = new ProcessBuilder(
                        programs.command().stream().map(Object::toString).toList())
                .inheritIO()
                .start();
        try {
            programs.awaitResting(1, alive(run));
            Ended taken = snapshot("uncaptured");
            assertThat(taken.status()).as(taken.err()).isEqualTo(NOT_CAPTURED);
            assertThat(taken.err()).doesNotContain(": mapped");
            assertThat(taken.err()
                            .lines()
                            .filter(line -> line.matches(".* can change (it|them) and is not captured .*")))
                    .anyMatch(line -> line.contains("lmdb_writemap/data.mdb"))
                    .anyMatch(line -> line.contains("java/pages: "));
            assertThat(snapshot("allowed", "--allow-unseen").status()).isZero();
        } finally {
            programs.beBusy();
            programs.rest();
            programs.end();
            outside.waitFor();
            Files.createFile(place.disk.resolve("end"));
        }
        Ended ended = run.await(END_LIMIT);
        assertThat(ended.err()).doesNotContain(": mapped");
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(place.disk.resolve(name));
    }

    private Started run(Path replica, List<Object> program) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of("--source", "app=" + source, "--replica", replica, "--"));
        arguments.addAll(program);
        return product.start("run", arguments.toArray());
    }

    private static Callable<Void> alive(Started run) {
        return () -> {
            run.requireAlive();
            return null;
        };
    }

    /** Nothing is stored while it is taken: it has everything, and says how it came by it. */
    private void atRest(String name) throws Exception {
        Ended taken = snapshot(name, "--strict");
        assertThat(taken.status()).as(taken.err()).isZero();
        Path snapshot = place.disk.resolve(name);
        String manifest = Files.readString(snapshot.resolve(MANIFEST));
        for (String file : ALWAYS_MAPPED) {
            assertThat(manifest).contains(file + ": " + SETTLED);
        }
        Files.delete(snapshot.resolve(MANIFEST));
        assertThat(TreeDifferences.between(source, snapshot)).isEmpty();
        assertEach(snapshot, programs.committed(), programs.committed());
    }

    /** What is stored through memory meanwhile may be torn: then it is named. */
    private void busy(String name) throws Exception {
        Map<StoredProgram, Long> before = programs.committed();
        Ended taken = snapshot(name);
        Map<StoredProgram, Long> after = programs.committed();
        Set<String> named = named(taken);
        for (StoredProgram program : StoredProgram.values()) {
            OptionalLong found = commitIn(place.disk.resolve(name), program);
            boolean right = found.isPresent()
                    && found.getAsLong() >= before.get(program)
                    && found.getAsLong() <= after.get(program) + 1;
            boolean isNamed = named.stream().anyMatch(path -> path.startsWith(program.directory() + "/"));
            String text = "%s, %s: found commit %s of %d to %d, %s"
                    .formatted(name, program, found, before.get(program), after.get(program), isNamed ? "named" : "-");
            System.out.println(text);
            assertThat(right || (isNamed && !program.isRightAtAnyCut()))
                    .as(text)
                    .isTrue();
        }
    }

    private Ended snapshot(String name, String... options) throws Exception {
        Path to = directory(name);
        List<Object> arguments = new ArrayList<>(List.of("--source", "app", "--to", to));
        arguments.addAll(List.of(options));
        Ended taken = product.run("snapshot", arguments.toArray());
        Ended verified = product.run("verify", to);
        assertThat(verified.status()).as(taken + " " + verified).isZero();
        return taken;
    }

    /** The files that a snapshot says it may lack something of: some, and only mapped ones, but not SQLite's index. */
    private static Set<String> named(Ended taken) {
        assertThat(taken.status()).as(taken.err()).isIn(0, NOT_CAPTURED);
        List<String> said = taken.err()
                .lines()
                .filter(line -> line.contains("captured"))
                .map(line -> line.replaceFirst("catchwater: not captured: ", ""))
                .toList();
        assertThat(said)
                .as(taken.err())
                .allMatch(line -> isOfMappedFile(line))
                .noneMatch(line -> line.contains("-shm"));
        return said.stream().map(line -> line.replaceFirst(": .*", "")).collect(Collectors.toSet());
    }

    private static boolean isOfMappedFile(String line) {
        String path = line.replaceFirst(": .*", "");
        String fileName = path.substring(path.indexOf('/') + 1);
        return line.startsWith(path + ": mapped shared and writable")
                && Arrays.stream(StoredProgram.values())
                        .anyMatch(program -> path.startsWith(program.directory() + "/") && program.maps(fileName));
    }

    private void assertEach(Path tree, Map<StoredProgram, Long> first, Map<StoredProgram, Long> last) throws Exception {
        for (StoredProgram program : StoredProgram.values()) {
            OptionalLong found = commitIn(tree, program);
            assertThat(found).as("%s in %s", program, tree.getFileName()).isPresent();
            assertThat(found.getAsLong())
                    .as("%s in %s", program, tree.getFileName())
                    .isBetween(first.get(program), last.get(program));
        }
    }

    /** Reads a copy: to open a database changes it. */
    private OptionalLong commitIn(Path tree, StoredProgram program) throws IOException, InterruptedException {
        Path copy = place.directory("copy").resolve(program.directory());
        Process cp = new ProcessBuilder(
                        "cp", "-a", tree.resolve(program.directory()).toString(), copy.toString())
                .inheritIO()
                .start();
        assertThat(cp.waitFor()).isZero();
        return program.commitIn(copy);
    }
}
