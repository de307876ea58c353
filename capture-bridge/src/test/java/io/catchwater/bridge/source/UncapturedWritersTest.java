package io.catchwater.bridge.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.source.UncapturedWriters.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes with files open, found through the real /proc. */
final class UncapturedWritersTest {

    @TempDir
    private Path directory;

    private List<Writer> whileRunning(String script, Path ring) throws IOException {
        Path root = Files.createDirectories(directory.resolve("root")).toRealPath();
        Files.writeString(root.resolve("file"), "content");
        Process process = new ProcessBuilder("sh", "-c", "cd '" + root + "'; " + script + "; echo ready; read -r end")
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            UncapturedWriters writers = new UncapturedWriters(Path.of("/proc"), SourceRoots.of(List.of(root)), ring);
            return writers.find().stream()
                    .filter(writer -> writer.pid() == process.pid())
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void findsWhoHasAFileOpenForWriting() throws IOException {
        List<Writer> found = whileRunning("exec 3>>file", directory.resolve("ring"));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).file()).hasFileName("file");
        assertThat(found.get(0).program()).contains("/");
    }

    @Test
    void doesNotMindReadersAndWritersElsewhere() throws IOException {
        assertThat(whileRunning("exec 3<file 4>>../outside", directory.resolve("ring")))
                .isEmpty();
    }

    @Test
    void doesNotMindWhoHasTheRingMapped() throws IOException {
        Path mapped = Path.of("/bin/sh").toRealPath();
        assertThat(whileRunning("exec 3>>file", mapped)).isEmpty();
    }
}
