package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.RingWriter;
import io.catchwater.bridge.source.UncapturedChanges.Change;
import io.catchwater.bridge.source.UncapturedChanges.Kind;
import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.OpenFlags;
import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, told by the real kernel. Needs root; skipped without. */
final class NoticedChangesTest {

    @TempDir
    private Path directory;

    private Path root;
    private Path file;
    private RingFile ring;
    private CapturedProcesses captured;
    private NoticedChanges changes;
    private final AtomicBoolean drained = new AtomicBoolean(true);

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(ExtendedAttributes.maySeeTrusted());
        root = Files.createDirectory(directory.resolve("root")).toRealPath();
        file = Files.writeString(root.resolve("file"), "content");
        Path path = directory.resolve("ring");
        ring = RingFile.create(
                path,
                new RingDefinition(
                        1,
                        1 << 16,
                        Duration.ofSeconds(1),
                        List.of(root.toString().getBytes(UTF_8)),
                        Set.of(),
                        false),
                RingWriter.ownAccess());
        captured = new CapturedProcesses();
        changes = NoticedChanges.start(
                Path.of("/proc"),
                SourceRoots.of(List.of(root)),
                captured,
                ring.segment(),
                pid -> NotCaptured.UNKNOWN,
                new SettledRing(ring, () -> drained.get() ? ring.tail() : 0));
    }

    @AfterEach
    void close() throws IOException {
        if (changes != null) {
            changes.close();
            ring.close();
        }
    }

    private Process start(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", "cd '" + root + "'; " + script)
                .redirectErrorStream(true)
                .start();
    }

    private static FileId id(Path path) throws IOException {
        try (Descriptor opened = Descriptor.open(path, OpenFlags.PATH, 0)) {
            return SourceFiles.id(Attributes.status(opened));
        }
    }

    /** Without files of several names that somebody else changes meanwhile: any of those may be told. */
    private List<Change> taken() throws IOException, InterruptedException {
        Set<FileId> here = new HashSet<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                here.add(id(path));
            }
        }
        return changes.take().stream()
                .filter(change -> here.contains(change.file()))
                .toList();
    }

    private static String shell() throws IOException {
        return Path.of("/bin/sh").toRealPath().toString();
    }

    @Test
    void namesProcessesThatHaveEnded() throws Exception {
        int count = 50;
        Process all = start("for i in $(seq " + count + "); do sh -c \"echo $i >f$i\"; done");
        assertThat(all.waitFor()).isZero();
        List<Change> told = taken();
        for (int i = 1; i <= count; i++) {
            FileId written = id(root.resolve("f" + i));
            assertThat(told)
                    .filteredOn(change -> change.file().equals(written))
                    .as("f" + i)
                    .singleElement()
                    .satisfies(change -> {
                        assertThat(change.kind()).isEqualTo(Kind.CONTENT);
                        assertThat(change.regular()).isTrue();
                        assertThat(change.program()).isEqualTo(shell());
                        assertThat(change.pid()).isNotEqualTo(all.pid());
                    });
        }
        assertThat(taken()).isEmpty();
    }

    @Test
    void tellsWhatWasDone() throws Exception {
        Process content = start("echo x >>file");
        content.waitFor();
        assertThat(taken()).containsExactly(change(content, file, Kind.CONTENT));
        Process mode = start("exec chmod 600 file");
        mode.waitFor();
        assertThat(taken())
                .singleElement()
                .satisfies(change -> assertThat(change.kind()).isEqualTo(Kind.ATTRIBUTES));
        Process nothing = start(": >>file");
        nothing.waitFor();
        assertThat(taken()).containsExactly(change(nothing, file, Kind.SUSPECTED));
        Process names = start(": >new");
        names.waitFor();
        assertThat(taken()).contains(change(names, root, Kind.CONTENT));
    }

    private static Change change(Process process, Path path, Kind kind) throws IOException {
        return new Change(id(path), Files.isRegularFile(path), kind, (int) process.pid(), shell(), NotCaptured.UNKNOWN);
    }

    @Test
    void forgetsAProcessThatHasDoneNothingOfLate() throws Exception {
        Process waiting = start("read -r go; echo x >>file");
        captured.drained((int) waiting.pid());
        for (int turn = 0; turn < 3; turn++) {
            assertThat(taken()).isEmpty();
        }
        waiting.getOutputStream().write('\n');
        waiting.getOutputStream().flush();
        assertThat(waiting.waitFor()).isZero();
        assertThat(taken()).containsExactly(change(waiting, file, Kind.CONTENT));
    }

    @Test
    void goesOnWhenTheKernelHasLostNotices() throws Exception {
        int files = 20_000;
        drained.set(false);
        // The reader waits for the ring meanwhile.
        assertThat(start("echo x >>file").waitFor()).isZero();
        Process many = start("i=0; while [ $i -lt " + files + " ]; do : >f$i; i=$((i + 1)); done");
        assertThat(many.waitFor()).isZero();
        drained.set(true);
        assertThat(taken()).hasSizeBetween(1, files - 1);
        Process later = start("echo x >>file");
        assertThat(later.waitFor()).isZero();
        assertThat(taken()).containsExactly(change(later, file, Kind.CONTENT));
    }

    @Test
    void namesNobodyWhileChangesAreLostFromTheRing() throws Exception {
        drained.set(false);
        assertThat(start("echo x >>file").waitFor()).isZero();
        new RingWriter(directory.resolve("ring")).countOverrun();
        drained.set(true);
        assertThat(taken()).isEmpty();
    }

    @Test
    void doesNotMindWhoHasAnEntryNorWhatLiesElsewhere() throws Exception {
        drained.set(false);
        Process hooked = start("echo x >>file");
        assertThat(hooked.waitFor()).isZero();
        captured.drained((int) hooked.pid());
        drained.set(true);
        start("echo x >../outside").waitFor();
        Files.writeString(file, "by this process");
        assertThat(taken()).isEmpty();
    }
}
