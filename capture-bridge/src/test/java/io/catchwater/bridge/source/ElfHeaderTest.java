package io.catchwater.bridge.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.files.Descriptor;
import io.catchwater.files.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfHeaderTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "-no-pie, OTHER",
        "-pie, OTHER",
        "-static, STATIC_PROGRAM",
        "-static-pie, STATIC_PROGRAM",
        "-shared, LIBRARY",
    })
    void whatTheCompilerMakesIsKnown(String how, ElfHeader.Kind kind) throws Exception {
        Path code = Files.writeString(folder.resolve("program.c"), "int main(void) { return 0; }\n");
        Path made = folder.resolve("made");
        List<String> command = new ArrayList<>(List.of("gcc", how, "-o", "" + made, "" + code));
        if (how.equals("-shared")) {
            command.add(1, "-fPIC");
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        assertThat(kindOf(made)).isEqualTo(kind);
    }

    /** In another container the kernel tells no name of it that means anything here. */
    @Test
    void theDynamicLinkerIsALibraryUnderAnyName() throws IOException {
        Path linker = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/ld-"))
                .map(line -> Path.of(line.substring(line.indexOf('/'))))
                .findFirst()
                .orElseThrow();
        assertThat(kindOf(Files.copy(linker, folder.resolve("any")))).isEqualTo(ElfHeader.Kind.LIBRARY);
    }

    @Test
    void aScriptIsSomethingElse() throws IOException {
        assertThat(kindOf(Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + "exit\n".repeat(50))))
                .isEqualTo(ElfHeader.Kind.OTHER);
    }

    /** Any user can execute anything, and must not end the thread that names who is not captured. */
    @Property(tries = 300)
    void anyHeaderIsRead(@ForAll long entriesAt, @ForAll @Size(max = 600) byte[] rest) throws IOException {
        Path file = Files.createTempFile("elf", "");
        try {
            byte[] bytes = Arrays.copyOf(new byte[] {0x7F, 'E', 'L', 'F'}, 64 + rest.length);
            System.arraycopy(rest, 0, bytes, 64, rest.length);
            ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            header.putShort(16, (short) 3).putLong(32, entriesAt);
            header.putShort(54, (short) 56).putShort(56, (short) 5);
            Files.write(file, bytes);
            assertThat(kindOf(file)).isNotNull();
        } finally {
            Files.delete(file);
        }
    }

    private static ElfHeader.Kind kindOf(Path path) throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlags.READ, 0)) {
            return new ElfHeader().kind(file);
        }
    }
}
