package io.catchwater.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.catchwater.pipeline.CProgram;
import io.catchwater.pipeline.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Programs that store to their files through memory, each in a directory of its own, and all in one stage: resting after
 * a first commit, busy, resting again, ended. {@code stages.h} has their side of it.
 */
final class StagedPrograms {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Workplace place;
    private final Path source;
    private final Path control;

    /** Makes a directory in the source for each of them. */
    StagedPrograms(Workplace place, Path source) throws IOException {
        this.place = place;
        this.source = source;
        this.control = place.directory("control");
        for (StoredProgram program : StoredProgram.values()) {
            Files.createDirectory(source.resolve(program.directory()));
        }
    }

    /** A command that runs them side by side, and ends well when all do. */
    List<Object> command() throws IOException, InterruptedException {
        Path lmdb = new CProgram(place, "lmdb_writer", "-llmdb").binary();
        Path rocksdb = new CProgram(place, "rocksdb_writer", rocksdbLibrary().toString()).binary();
        String script = Stream.of(
                        start(StoredProgram.LMDB, lmdb, ""),
                        start(StoredProgram.LMDB_WRITEMAP, lmdb, "writemap"),
                        start(StoredProgram.LMDB_MAPASYNC, lmdb, "mapasync"),
                        start(StoredProgram.ROCKSDB, rocksdb, ""),
                        start(StoredProgram.SQLITE_WAL, "/usr/bin/python3 " + resource("wal_writer.py"), ""),
                        start(
                                StoredProgram.JAVA,
                                System.getProperty("java.home") + "/bin/java -Xmx64m -XX:TieredStopAtLevel=1 "
                                        + resource("MappedPages.java"),
                                ""))
                .collect(Collectors.joining("\n", "", "\nfor started in $all; do wait $started || exit 1; done"));
        return List.of("sh", "-c", script);
    }

    private String start(StoredProgram program, Object executable, String more) {
        String directory = program.directory();
        return "%s %s %s %s %s & all=\"$all $!\""
                .formatted(executable, source.resolve(directory), control, directory, more);
    }

    /** Debian's package of the tools brings the library, that of the header five others. */
    private static Path rocksdbLibrary() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("/usr/lib"), 2)) {
            return files.filter(file -> file.getFileName().toString().startsWith("librocksdb.so."))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path resource(String name) throws IOException {
        Path file = place.disk.resolve(name);
        try (InputStream in = StagedPrograms.class.getResourceAsStream("/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    /** Returns when all of them rest, for the first or the second time. */
    void awaitResting(int time, Callable<Void> stillRunning) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            stillRunning.call();
            return Stream.of(StoredProgram.values())
                    .allMatch(program -> Files.exists(control.resolve(program.directory() + ".resting" + time)));
        });
    }

    void beBusy() throws IOException {
        Files.createFile(control.resolve("busy"));
    }

    void rest() throws IOException {
        Files.createFile(control.resolve("rest"));
    }

    void end() throws IOException {
        Files.createFile(control.resolve("end"));
    }

    /** Returns when each has made so many commits more. */
    void awaitCommits(int commits) throws IOException {
        Map<StoredProgram, Long> since = committed();
        Awaitility.await().atMost(LIMIT).until(() -> {
            Map<StoredProgram, Long> now = committed();
            return Stream.of(StoredProgram.values()).allMatch(each -> now.get(each) >= since.get(each) + commits);
        });
    }

    /** The last commit that each has said it made. */
    Map<StoredProgram, Long> committed() throws IOException {
        Map<StoredProgram, Long> numbers = new EnumMap<>(StoredProgram.class);
        for (StoredProgram program : StoredProgram.values()) {
            String number = Files.readString(control.resolve(program.directory() + ".committed"), UTF_8);
            numbers.put(program, Long.parseLong(number));
        }
        return numbers;
    }
}
