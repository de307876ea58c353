package io.catchwater.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecutableTest {

    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path directory;

    @Test
    void findsAProgramAsAShellDoes() {
        assertThat(Executable.require("sh", PATH)).hasFileName("sh");
        assertThat(Executable.require("/bin/sh", Map.of())).isEqualTo(Path.of("/bin/sh"));
    }

    @Test
    void saysThatThereIsNone() {
        assertFails("no-such-program", ExitStatus.USAGE, "command not found");
        assertFails(directory.resolve("no-such").toString(), ExitStatus.USAGE, "no such program");
        assertFails(directory.toString(), ExitStatus.USAGE, "not a program");
    }

    @Test
    void saysThatItMayNotBeExecuted() throws IOException {
        Path file = Files.writeString(directory.resolve("data"), "text");
        assertFails(file.toString(), ExitStatus.DENIED, "permission denied");
    }

    @Test
    void refusesAStaticProgramAndAScriptThatIsRunByOne() throws IOException {
        Path program = executable("static", elf(1));
        assertFails(program.toString(), ExitStatus.NOT_CAPTURED, "statically linked");
        Path script =
                executable("script", ("#!" + program + " -x\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertFails(script.toString(), ExitStatus.NOT_CAPTURED, "statically linked");
    }

    @Test
    void takesADynamicProgram() throws IOException {
        Path program = executable("dynamic", elf(3));
        assertThat(Executable.require(program.toString(), PATH)).isEqualTo(program);
    }

    private Path executable(String name, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The headers of a 64-bit ELF file with one program header. */
    private static byte[] elf(int programHeaderType) {
        ByteBuffer file = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7F, 'E', 'L', 'F', 2});
        file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
        file.putInt(64, programHeaderType);
        return file.array();
    }

    private static void assertFails(String program, ExitStatus status, String words) {
        assertThatThrownBy(() -> Executable.require(program, PATH))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(words);
    }
}
