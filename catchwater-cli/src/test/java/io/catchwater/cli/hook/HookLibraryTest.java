package io.catchwater.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.cli.CommandFailure;
import io.catchwater.cli.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HookLibraryTest {

    private static final byte[] CONTENT = {0x7F, 'E', 'L', 'F', 1, 2, 3};

    @TempDir
    private Path temporary;

    private int uid;
    private HookLibrary library;

    @BeforeEach
    void knowsItsUser() throws IOException {
        uid = (Integer) Files.getAttribute(temporary, "unix:uid");
        library = new HookLibrary(CONTENT, uid);
    }

    @Test
    void isReadableByAllAndWritableByNobodyElse() throws IOException {
        Path file = library.install(temporary);
        assertThat(file).hasBinaryContent(CONTENT).hasFileName("libcatchwater.so");
        assertThat(file.getParent().getParent()).isEqualTo(temporary.resolve("catchwater-" + uid));
        for (Path path = file; !path.equals(temporary); path = path.getParent()) {
            assertThat(permissions(path)).as(path.toString()).isEqualTo("rwxr-xr-x");
        }
    }

    @Test
    void isWrittenOnce() throws IOException {
        Object inode = Files.getAttribute(library.install(temporary), "unix:ino");
        assertThat(Files.getAttribute(library.install(temporary), "unix:ino")).isEqualTo(inode);
        try (var files = Files.list(library.install(temporary).getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void isWrittenAgainWhenItWasChanged() throws IOException {
        Path file = library.install(temporary);
        Files.write(file, new byte[] {1});
        assertThat(library.install(temporary)).hasBinaryContent(CONTENT);
    }

    @Test
    void livesBesideOtherVersions() {
        Path other = new HookLibrary(new byte[] {9}, uid).install(temporary);
        assertThat(library.install(temporary)).isNotEqualTo(other).exists();
        assertThat(other).exists();
    }

    @Test
    void refusesADirectoryThatOthersMayWriteTo() throws IOException {
        Path ofUser = Files.createDirectory(temporary.resolve("catchwater-" + uid));
        Files.setPosixFilePermissions(ofUser, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused();
    }

    @Test
    void refusesASymlinkInPlaceOfTheDirectory() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(temporary.resolve("catchwater-" + uid), elsewhere);
        assertRefused();
    }

    @Test
    void refusesASymlinkInPlaceOfTheFile() throws IOException {
        Path file = library.install(temporary);
        Path planted = Files.write(temporary.resolve("planted.so"), CONTENT);
        Files.delete(file);
        Files.createSymbolicLink(file, planted);
        assertRefused();
    }

    @Test
    void refusesWhatBelongsToSomebodyElse() {
        library.install(temporary);
        HookLibrary ofOther = new HookLibrary(CONTENT, uid + 1);
        temporary
                .resolve("catchwater-" + uid)
                .toFile()
                .renameTo(temporary.resolve("catchwater-" + (uid + 1)).toFile());
        assertThatThrownBy(() -> ofOther.install(temporary))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.DENIED));
    }

    private void assertRefused() {
        assertThatThrownBy(() -> library.install(temporary))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.DENIED))
                .hasMessageContaining("catchwater-" + uid);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
