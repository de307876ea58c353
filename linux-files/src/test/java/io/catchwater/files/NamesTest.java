package io.catchwater.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {

    private static final byte[] NOT_UTF8 = {'a', (byte) 0xFF, (byte) 0xFE, '\n'};

    @TempDir
    Path folder;

    private Descriptor root;

    @BeforeEach
    void open() throws IOException {
        root = Descriptor.openDirectory(folder);
    }

    @AfterEach
    void close() throws IOException {
        root.close();
    }

    @Test
    void namesAreBytes() throws IOException {
        byte[] longest = new byte[255];
        Arrays.fill(longest, (byte) 0xE9);
        create(NOT_UTF8);
        create(longest);
        assertThat(DirectoryReader.sorted(root))
                .extracting(DirectoryReader.Entry::name)
                .containsExactly(NOT_UTF8, longest);
        assertThat(Names.printable(NOT_UTF8)).isEqualTo("a\\xff\\xfe\\x0a");
    }

    @Test
    void aNameThatIsTooLongIsRefusedByTheKernel() {
        byte[] name = new byte[256];
        Arrays.fill(name, (byte) 'x');
        assertErrno(Errno.ENAMETOOLONG, () -> create(name));
    }

    @Test
    void aNameWithNulIsRefused() {
        assertThatThrownBy(() -> create(new byte[] {'a', 0, 'b'})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingFileIsNamedInTheMessage() {
        assertThatThrownBy(() -> Names.open(root, utf8("a/b"), OpenFlags.READ, 0))
                .isInstanceOf(LinuxException.class)
                .hasMessage("openat a/b: No such file or directory");
    }

    @Test
    void manyNamesAreAllRead() throws IOException {
        for (int i = 0; i < 3000; i++) {
            create(utf8("a-rather-long-name-so-that-one-buffer-does-not-hold-them-all-" + i));
        }
        assertThat(DirectoryReader.sorted(root)).hasSize(3000).allMatch(entry -> entry.type() == FileType.REGULAR);
        assertThat(DirectoryReader.isEmpty(root)).isFalse();
    }

    @Test
    void openBeneathPassesNoSymlink() throws IOException {
        Files.createDirectories(folder.resolve("real/deep"));
        Files.createFile(folder.resolve("real/deep/file"));
        Files.createSymbolicLink(folder.resolve("real/link"), Path.of("deep"));
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/"));
        Names.openBeneath(root, utf8("real/deep/file"), OpenFlags.READ, 0).close();
        Names.walk(root, utf8("real/deep/file"), OpenFlags.READ, 0).close();
        for (String hostile : new String[] {"real/link/file", "out/etc", "out", "real/link"}) {
            assertErrno(Errno.ELOOP, () -> Names.openBeneath(root, utf8(hostile), OpenFlags.READ, 0));
            assertErrno(Errno.ELOOP, () -> Names.walk(root, utf8(hostile), OpenFlags.READ, 0));
            assertErrno(Errno.ELOOP, () -> Names.walk(root, utf8(hostile), OpenFlags.READ | OpenFlags.DIRECTORY, 0));
        }
        for (String hostile : new String[] {"/etc", "../x", "real/../..", ".."}) {
            assertErrno(Errno.EXDEV, () -> Names.openBeneath(root, utf8(hostile), OpenFlags.READ, 0));
        }
    }

    @Test
    void linksRenamesAndExchanges() throws IOException {
        create(utf8("a"));
        Names.link(root, utf8("a"), root, utf8("b"));
        assertThat(Attributes.status(root, utf8("b")).links()).isEqualTo(2);
        Names.makeDirectory(root, utf8("d"), 0755);
        Names.exchange(root, utf8("a"), root, utf8("d"));
        assertThat(Attributes.status(root, utf8("a")).type()).isEqualTo(FileType.DIRECTORY);
        assertErrno(Errno.EEXIST, () -> Names.renameNoReplace(root, utf8("b"), root, utf8("d")));
        Names.rename(root, utf8("b"), root, utf8("c"));
        Names.unlink(root, utf8("c"));
        Names.unlink(root, utf8("d"));
        Names.removeDirectory(root, utf8("a"));
        assertThat(DirectoryReader.isEmpty(root)).isTrue();
        assertThat(Names.mayChange(root)).isTrue();
    }

    @Test
    void symlinksHoldAnyBytes() throws IOException {
        Names.makeSymlink(NOT_UTF8, root, utf8("l"));
        assertThat(Names.readSymlink(root, utf8("l"))).isEqualTo(NOT_UTF8);
        Attributes.setModified(root, utf8("l"), 1_234_567_890_123_456_789L);
        FileStatus status = Attributes.status(root, utf8("l"));
        assertThat(status.type()).isEqualTo(FileType.SYMLINK);
        assertThat(status.modifiedNs()).isEqualTo(1_234_567_890_123_456_789L);
    }

    @Test
    void makesFifos() throws IOException {
        Names.makeNode(root, utf8("f"), FileType.FIFO.bits() | 0600, 0);
        assertThat(Attributes.status(root, utf8("f")).type()).isEqualTo(FileType.FIFO);
    }

    @Test
    void deviceNumbersArePackedAsTheCLibraryDoes() {
        assertThat(Attributes.packed(1L << 32 | 3)).isEqualTo(0x103);
        assertThat(Attributes.packed(0x12345L << 32 | 0xABCDEF)).isEqualTo(0x1200ABCD345EFL);
    }

    @Test
    void aClosedDescriptorIsNotUsed() throws IOException {
        Descriptor file = Names.open(root, utf8("x"), OpenFlags.CREATE | OpenFlags.WRITE, 0600);
        file.close();
        file.close();
        assertThatThrownBy(() -> Attributes.status(file)).isInstanceOf(IllegalStateException.class);
    }

    private void create(byte[] name) throws IOException {
        Names.open(root, name, OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.WRITE, 0600)
                .close();
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
