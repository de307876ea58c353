package io.catchwater.bridge.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.source.UncapturedWriters.Asynchronous;
import io.catchwater.bridge.source.UncapturedWriters.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes with files open, found through the real /proc. */
final class UncapturedWritersTest {

    @TempDir
    private Path directory;

    private static final int NO_SEGMENT = 1 << 30;

    private List<Writer> whileRunning(String script) throws IOException {
        Path root = Files.createDirectories(directory.resolve("root")).toRealPath();
        Files.writeString(root.resolve("file"), "content");
        Process process = new ProcessBuilder("sh", "-c", "cd '" + root + "'; " + script + "; echo ready; read -r end")
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            UncapturedWriters writers = new UncapturedWriters(
                    Path.of("/proc"), SourceRoots.of(List.of(root)), NO_SEGMENT, pid -> NotCaptured.UNKNOWN);
            return writers.find().writers().stream()
                    .filter(writer -> writer.pid() == process.pid())
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void findsWhoHasAFileOpenForWriting() throws IOException {
        List<Writer> found = whileRunning("exec 3>>file");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).file()).hasFileName("file");
        assertThat(found.get(0).program()).contains("/");
    }

    @Test
    void doesNotMindReadersAndWritersElsewhere() throws IOException {
        assertThat(whileRunning("exec 3<file 4>>../outside")).isEmpty();
    }

    @Test
    void doesNotMindWhoHasTheRing() throws IOException {
        Path root = Files.createDirectories(directory.resolve("root")).toRealPath();
        Path process = Files.createDirectories(directory.resolve("proc/4711"));
        Files.createSymbolicLink(Files.createDirectory(process.resolve("fd")).resolve("3"), root.resolve("file"));
        Files.writeString(Files.createDirectory(process.resolve("fdinfo")).resolve("3"), "pos:\t0\nflags:\t02\n");
        Files.writeString(
                process.resolve("maps"),
                "7f7cc95f0000-7f7cca6f0000 rw-s 00000000 00:01 98304        /SYSV00000000 (deleted)\n");
        Path proc = directory.resolve("proc");
        SourceRoots roots = SourceRoots.of(List.of(root));
        assertThat(new UncapturedWriters(proc, roots, 98304, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .isEmpty();
        assertThat(new UncapturedWriters(proc, roots, 98305, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .hasSize(1);
        Files.writeString(
                process.resolve("maps"),
                "7f7cc0000000-7f7cc0001000 rw-s 00000000 fe:00 5        " + root + "/file\n",
                StandardOpenOption.APPEND);
        assertThat(new UncapturedWriters(proc, roots, 98304, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .containsExactly(new Writer(4711, "", root.resolve("file"), true, true, NotCaptured.UNKNOWN));
        assertThat(new UncapturedWriters(proc, roots, 98305, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .containsExactly(new Writer(4711, "", root.resolve("file"), false, true, NotCaptured.UNKNOWN));

        UncapturedWriters writers = new UncapturedWriters(proc, roots, 98304, pid -> NotCaptured.UNKNOWN);
        assertThat(writers.find().asynchronous()).isEmpty();
        Files.createSymbolicLink(process.resolve("fd/4"), Path.of("anon_inode:[io_uring]"));
        assertThat(writers.find().asynchronous()).containsExactly(new Asynchronous(4711, ""));
        Files.delete(process.resolve("fd/4"));
        Files.writeString(
                process.resolve("maps"),
                "7f7cd0000000-7f7cd0001000 rw-s 00000000 00:0f 7        /[aio] (deleted)\n",
                StandardOpenOption.APPEND);
        assertThat(writers.find().asynchronous()).containsExactly(new Asynchronous(4711, ""));
    }
}
