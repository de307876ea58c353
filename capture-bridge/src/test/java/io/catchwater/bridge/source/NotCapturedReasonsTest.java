package io.catchwater.bridge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.catchwater.bridge.ring.RingAccess;
import io.catchwater.bridge.ring.RingWriter;
import io.catchwater.files.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, and what the real /proc says of them. */
final class NotCapturedReasonsTest {

    private static final Path PROC = Path.of("/proc");
    private static final int STRANGER = 65534;

    @TempDir
    private Path directory;

    private static NotCaptured reasonOf(NotCapturedReasons reasons, String... command) throws IOException {
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(command), Stream.of("sh", "-c", "echo ready; read -r end"))
                                .toList())
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            return reasons.of((int) process.pid());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whoCouldHaveItWasStartedWithoutTheHook() throws IOException {
        NotCapturedReasons reasons = new NotCapturedReasons(PROC, RingWriter.ownAccess());
        assertThat(reasonOf(reasons)).isEqualTo(new NotCaptured.WithoutHook());
        assertThat(reasons.of((int) ProcessHandle.current().pid())).isEqualTo(new NotCaptured.StartedBefore());
    }

    @Test
    void anotherUserMayNotWriteToTheRing() throws IOException {
        assumeTrue(Attributes.mayChangeOwners(), "only root may become another user");
        RingAccess access = RingWriter.ownAccess();
        NotCaptured reason = reasonOf(
                new NotCapturedReasons(PROC, access),
                "setpriv",
                "--reuid=" + STRANGER,
                "--regid=" + STRANGER,
                "--clear-groups");
        assertThat(reason).isEqualTo(new NotCaptured.MayNotWrite(STRANGER, access));
        assertThat(reason.text())
                .isEqualTo("it runs as user 65534, who may not write to the ring (owner 0, group 0, mode 0600)");
    }

    @Test
    void noHookCanBeInAStaticProgram() throws IOException {
        Path linker = Path.of("/sbin/ldconfig");
        assumeTrue(Files.exists(linker));
        Path process = Files.createDirectories(directory.resolve("4711"));
        Files.createSymbolicLink(process.resolve("exe"), linker);
        Files.writeString(directory.resolve("uptime"), "12.34 56.78\n");
        assertThat(new NotCapturedReasons(directory, RingWriter.ownAccess()).of(4711))
                .isEqualTo(new NotCaptured.LinkedStatically());
    }

    @Test
    void ofWhatHasEndedNobodyCanTell() throws IOException {
        Files.writeString(directory.resolve("uptime"), "12.34 56.78\n");
        NotCapturedReasons reasons = new NotCapturedReasons(directory, RingWriter.ownAccess());
        assertThat(List.of(reasons.of(1), reasons.of(2))).containsOnly(NotCaptured.UNKNOWN);
    }
}
