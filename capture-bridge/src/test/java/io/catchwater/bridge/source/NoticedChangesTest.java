package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.bridge.ring.RingFile;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
    private Set<Integer> others;
    private NoticedChanges changes;

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
                root);
        captured = new CapturedProcesses();
        others = ProcessHandle.allProcesses().map(other -> (int) other.pid()).collect(Collectors.toSet());
        changes = NoticedChanges.start(
                Path.of("/proc"),
                SourceRoots.of(List.of(root)),
                captured,
                ring.segment(),
                new SettledRing(ring, ring::tail));
    }

    @AfterEach
    void close() throws IOException {
        if (changes != null) {
            changes.close();
            ring.close();
        }
    }

    private Process start(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "cd '" + root + "'; " + script)
                .redirectErrorStream(true)
                .start();
        others.remove((int) process.pid());
        return process;
    }

    /** Without what goes on elsewhere on this file system, of which some is told where the kernel knows no path. */
    private List<Change> take() throws InterruptedException {
        return changes.take().stream()
                .filter(change -> !others.contains(change.pid()))
                .toList();
    }

    private static FileId id(Path path) throws IOException {
        try (Descriptor opened = Descriptor.open(path, OpenFlags.PATH, 0)) {
            return SourceFiles.id(Attributes.status(opened));
        }
    }

    private static String shell() throws IOException {
        return Path.of("/bin/sh").toRealPath().toString();
    }

    @Test
    void namesProcessesThatHaveEnded() throws Exception {
        int count = 50;
        Process all = start("for i in $(seq " + count + "); do sh -c \"echo $i >f$i\"; done");
        assertThat(all.waitFor()).isZero();
        List<Change> told = take();
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
        assertThat(take()).isEmpty();
    }

    @Test
    void tellsWhatWasDone() throws Exception {
        Process content = start("echo x >>file");
        content.waitFor();
        assertThat(take()).containsExactly(change(content, file, Kind.CONTENT));
        Process mode = start("exec chmod 600 file");
        mode.waitFor();
        assertThat(changes.take())
                .singleElement()
                .satisfies(change -> assertThat(change.kind()).isEqualTo(Kind.ATTRIBUTES));
        Process nothing = start(": >>file");
        nothing.waitFor();
        assertThat(take()).containsExactly(change(nothing, file, Kind.SUSPECTED));
        Process names = start(": >new");
        names.waitFor();
        assertThat(take()).contains(change(names, root, Kind.CONTENT));
    }

    private static Change change(Process process, Path path, Kind kind) throws IOException {
        return new Change(id(path), Files.isRegularFile(path), kind, (int) process.pid(), shell());
    }

    @Test
    void doesNotMindWhoHasAnEntryNorWhatLiesElsewhere() throws Exception {
        Process hooked = start("read -r go; echo x >>file");
        // Others write to this file system too: what was drained before two turns is forgotten, as it may be.
        Thread draining = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                captured.drained((int) hooked.pid());
            }
        });
        draining.start();
        try {
            hooked.getOutputStream().write('\n');
            hooked.getOutputStream().flush();
            assertThat(hooked.waitFor()).isZero();
            start("echo x >../outside").waitFor();
            Files.writeString(file, "by this process");
            assertThat(take()).isEmpty();
        } finally {
            draining.interrupt();
            draining.join();
        }
    }
}
