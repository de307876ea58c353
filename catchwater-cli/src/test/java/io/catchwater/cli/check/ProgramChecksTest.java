package io.catchwater.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramChecksTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path directory;

    private static List<Finding> checks(String program) throws InterruptedException {
        return new ProgramChecks(program, ENVIRONMENT).all();
    }

    private Path program(String name, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aProgramOfTheSystemIsCaptured() throws InterruptedException {
        assertThat(checks("sh"))
                .allMatch(Finding::isOk)
                .extracting(Finding::check)
                .contains("program", "C library");
    }

    @Test
    void aScriptIsWhatItsInterpreterIs() throws Exception {
        Path script = program("script", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        assertThat(checks(script.toString()).get(0).text()).contains("run by /bin/sh");
    }

    /** The shell's file with its program headers of the kind PT_INTERP made into PT_NULL. */
    @Test
    void aStaticProgramIsNot() throws Exception {
        byte[] elf = Files.readAllBytes(Path.of("/bin/sh"));
        ByteBuffer buffer = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        long headers = buffer.getLong(32);
        for (int i = 0; i < buffer.getShort(56); i++) {
            int at = (int) headers + i * buffer.getShort(54);
            if (buffer.getInt(at) == 3) {
                buffer.putInt(at, 0);
            }
        }
        List<Finding> found = checks(program("static", elf).toString());
        assertThat(found).hasSize(1).noneMatch(Finding::isOk);
        assertThat(found.get(0).text()).contains("statically linked");
    }

    @Test
    void whatIsNotThereIsNotChecked() {
        assertThatThrownBy(() -> checks("no-such-program")).isInstanceOf(CommandFailure.class);
    }
}
