package io.catchwater.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedPathTest {

    private static final int STRANGER = 65534;

    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void make() throws IOException {
        target = Files.createDirectories(folder.resolve("target/inner"));
    }

    private Path directory(String name, String permissions) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(permissions));
        return made;
    }

    private static void give(Path path) throws IOException {
        assumeTrue(Libc.geteuid() == 0, "only root may give files away");
        Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    }

    private static void assertLeadsTo(Path path, Path target) throws IOException {
        try (Descriptor opened = TrustedPath.openDirectory(path)) {
            assertThat(opened.currentPath()).isEqualTo(target.toRealPath());
            assertThat(opened).hasToString(path.toString());
            assertThat(DirectoryReader.sorted(opened)).isEmpty();
        }
    }

    private static void assertUntrusted(Path path, Path symlink) {
        assertThatThrownBy(() -> TrustedPath.openDirectory(path).close())
                .isInstanceOfSatisfying(UntrustedSymlinkException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ELOOP);
                    assertThat(e.symlink()).isEqualTo(symlink.toString());
                });
    }

    @Test
    void ownSymlinksAreFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("absolute"), folder.resolve("target"));
        Files.createSymbolicLink(folder.resolve("relative"), Path.of("./target//../absolute/inner"));
        assertLeadsTo(folder.resolve("absolute/inner"), target);
        assertLeadsTo(folder.resolve("relative"), target);
        assertLeadsTo(folder.resolve("absolute/../target/./inner"), target);
    }

    @ParameterizedTest
    @CsvSource({"rwxrwxrwx", "rwxrwxr-x"})
    void noSymlinkInADirectoryThatOthersMayWriteTo(String permissions) throws IOException {
        Path shared = directory("shared", permissions);
        Path symlink = Files.createSymbolicLink(shared.resolve("link"), target);
        assertUntrusted(symlink, symlink);
        Path inner = Files.createDirectory(shared.resolve("inner"));
        assertLeadsTo(inner, inner);
    }

    @Test
    void noSymlinkBehindADirectoryThatOthersMayReplace() throws IOException {
        Path shared = directory("shared", "rwxrwxrwx");
        Path inner = Files.createDirectory(shared.resolve("inner"));
        Path symlink = Files.createSymbolicLink(inner.resolve("link"), target);
        assertUntrusted(symlink, symlink);
    }

    @Test
    void whereOnlyOwnersRemoveNamesTheirOwnersCount() throws Exception {
        Path sticky = directory("sticky", "rwxrwxrwx");
        assertThat(new ProcessBuilder("chmod", "1777", sticky.toString())
                        .start()
                        .waitFor())
                .isZero();
        Path own = Files.createSymbolicLink(sticky.resolve("own"), target);
        assertLeadsTo(own, target);
        Path foreign = Files.createSymbolicLink(sticky.resolve("foreign"), target);
        give(foreign);
        assertUntrusted(foreign, foreign);
    }

    @Test
    void noSymlinkInAnotherUsersDirectory() throws IOException {
        Path home = directory("home", "rwxr-xr-x");
        Path symlink = Files.createSymbolicLink(home.resolve("link"), target);
        give(home);
        assertUntrusted(symlink, symlink);
        Files.createSymbolicLink(folder.resolve("to-home"), home);
        assertUntrusted(folder.resolve("to-home/link"), symlink);
        Path inner = Files.createDirectory(home.resolve("inner"));
        assertLeadsTo(inner, inner);
    }

    @Test
    void whatIsNoDirectoryIsTold() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path round = Files.createSymbolicLink(folder.resolve("round"), folder.resolve("round"));
        assertErrno(Errno.ENOTDIR, file);
        assertErrno(Errno.ENOTDIR, file.resolve("below"));
        assertErrno(Errno.ENOENT, folder.resolve("missing"));
        assertErrno(Errno.ELOOP, round);
        assertThatThrownBy(() -> TrustedPath.openDirectory(Path.of("relative")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertErrno(int errno, Path path) {
        assertThatThrownBy(() -> TrustedPath.openDirectory(path).close())
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .isNotInstanceOf(UntrustedSymlinkException.class);
    }

    @Test
    void belowADirectoryNoSymlinkIsFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("target"));
        try (Descriptor top = Descriptor.openDirectory(folder)) {
            try (Descriptor opened = TrustedPath.openDirectoryBelow(top, Path.of("target/inner"))) {
                assertThat(opened).hasToString(target.toString());
                Files.move(folder.resolve("target"), folder.resolve("elsewhere"));
                assertThat(opened.currentPath()).isEqualTo(folder.toRealPath().resolve("elsewhere/inner"));
            }
            for (Path path : Stream.of("link", "link/inner").map(Path::of).toList()) {
                assertThatThrownBy(() -> TrustedPath.openDirectoryBelow(top, path))
                        .isInstanceOfSatisfying(
                                LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
            }
        }
    }
}
