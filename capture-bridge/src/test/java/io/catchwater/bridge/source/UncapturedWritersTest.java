package io.catchwater.bridge.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.source.UncapturedWriters.Asynchronous;
import io.catchwater.bridge.source.UncapturedWriters.Found;
import io.catchwater.bridge.source.UncapturedWriters.Mapped;
import io.catchwater.schemas.control.UncapturedProcess;
import io.catchwater.schemas.control.UncapturedReason;
import java.nio.ByteBuffer;
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
    private static final Path NO_RING = Path.of("/dev/shm/none.ring");

    private boolean cheap;

    private List<UncapturedProcess> whileRunning(String script) throws Exception {
        Path root = Files.createDirectories(directory.resolve("root")).toRealPath();
        Files.writeString(root.resolve("file"), "content");
        Process process = new ProcessBuilder("sh", "-c", "cd '" + root + "'; " + script + "; echo ready; read -r end")
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            UncapturedWriters writers = new UncapturedWriters(
                    Path.of("/proc"), SourceRoots.of(List.of(root)), NO_SEGMENT, NO_RING, pid -> NotCaptured.UNKNOWN);
            List<UncapturedProcess> found =
                    cheap ? writers.look() : writers.find().writers();
            return found.stream()
                    .filter(writer -> writer.getPid() == process.pid())
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void findsWhoHasAFileOpenForWriting() throws Exception {
        List<UncapturedProcess> found = whileRunning("exec 3>>file");
        assertThat(found).hasSize(1);
        assertThat(UTF_8.decode(found.get(0).getPath()).toString()).isEqualTo("file");
        assertThat(found.get(0).getFiles()).isEqualTo(1);
        assertThat(found.get(0).getProgram()).contains("/");
        assertThat(found.get(0).getReason()).isEqualTo(UncapturedReason.NOT_STARTED_UNDER_CAPTURE);
        assertThat(System.currentTimeMillis() * 1_000_000L - found.get(0).getSinceNs())
                .as("since when, in nanoseconds")
                .isBetween((UncapturedWriters.PATIENCE_MS - 10) * 1_000_000L, 60_000_000_000L);
    }

    /** One line a process, and of a name in any encoding. */
    @Test
    void countsTheFilesOfAProcess() throws Exception {
        List<UncapturedProcess> found = whileRunning("exec 3>>file 4>>ä 5>>other 6<file");
        assertThat(found)
                .singleElement()
                .satisfies(each -> assertThat(each.getFiles()).isEqualTo(3));
    }

    @Test
    void tellsWhoWasStartedUnderAnEarlierCapture() throws Exception {
        assertThat(whileRunning(
                        "exec env CATCHWATER_RING=/dev/shm/earlier sh -c 'exec 3>>file; echo ready; read -r end'"))
                .extracting(UncapturedProcess::getReason)
                .containsExactly(UncapturedReason.EARLIER_CAPTURE);
    }

    /** Its hook is being loaded: it has what its parent had open, and no ring yet. */
    @Test
    void whoIsAboutToJoinIsNotSuspectedAtOnce() throws Exception {
        long begun = System.nanoTime();
        assertThat(whileRunning("exec env CATCHWATER_RING=" + NO_RING
                        + " sh -c 'exec 3>>file; echo ready; sleep 0.8; exec 3>&-; read -r end'"))
                .isEmpty();
        assertThat((System.nanoTime() - begun) / 1e9).isLessThan(UncapturedWriters.JOIN_PATIENCE_MS / 1e3);
    }

    @Test
    void theCheapLookFindsTheSame() throws Exception {
        cheap = true;
        assertThat(whileRunning("exec 3>>file")).hasSize(1);
        assertThat(whileRunning("exec 3<file 4>>../outside")).isEmpty();
    }

    @Test
    void doesNotMindReadersAndWritersElsewhere() throws Exception {
        assertThat(whileRunning("exec 3<file 4>>../outside")).isEmpty();
    }

    @Test
    void doesNotMindWhoHasTheRing() throws Exception {
        Path root = Files.createDirectories(directory.resolve("root")).toRealPath();
        Path process = Files.createDirectories(directory.resolve("proc/4711"));
        Files.createSymbolicLink(Files.createDirectory(process.resolve("fd")).resolve("3"), root.resolve("file"));
        Files.writeString(Files.createDirectory(process.resolve("fdinfo")).resolve("3"), "pos:\t0\nflags:\t02\n");
        Files.writeString(
                process.resolve("maps"),
                "7f7cc95f0000-7f7cca6f0000 rw-s 00000000 00:01 98304        /SYSV00000000 (deleted)\n");
        Path proc = directory.resolve("proc");
        SourceRoots roots = SourceRoots.of(List.of(root));
        assertThat(new UncapturedWriters(proc, roots, 98304, NO_RING, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .isEmpty();
        assertThat(new UncapturedWriters(proc, roots, 98305, NO_RING, pid -> NotCaptured.UNKNOWN)
                        .find()
                        .writers())
                .hasSize(1);
        Files.writeString(
                process.resolve("maps"),
                "7f7cc0000000-7f7cc0001000 rw-s 00000000 fe:00 5        " + root + "/file\n",
                StandardOpenOption.APPEND);
        Mapped mapped = new Mapped(4711, ByteBuffer.wrap((root + "/file").getBytes(UTF_8)));
        Found captured = new UncapturedWriters(proc, roots, 98304, NO_RING, pid -> NotCaptured.UNKNOWN).find();
        assertThat(captured.writers()).isEmpty();
        assertThat(captured.mapped()).containsExactly(mapped);
        Found foreign = new UncapturedWriters(proc, roots, 98305, NO_RING, pid -> NotCaptured.UNKNOWN).find();
        assertThat(foreign.writers()).extracting(UncapturedProcess::getPid).containsExactly(4711);
        assertThat(foreign.mapped()).containsExactly(mapped);

        UncapturedWriters writers = new UncapturedWriters(proc, roots, 98304, NO_RING, pid -> NotCaptured.UNKNOWN);
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
