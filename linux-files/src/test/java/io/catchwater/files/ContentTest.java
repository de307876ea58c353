package io.catchwater.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Descriptor file;

    @BeforeEach
    void open() throws IOException {
        file = Descriptor.open(
                folder.resolve("file"), OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.READ_WRITE, 0640);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @Test
    void writesAndReadsPartsOfABuffer() throws IOException {
        ByteBuffer out = direct("..hello..");
        out.position(2).limit(7);
        Content.writeFully(file, out, 3);
        assertThat(out.hasRemaining()).isFalse();
        ByteBuffer in = ByteBuffer.allocateDirect(20).position(1);
        assertThat(Content.readFully(file, in, 0)).isEqualTo(8);
        assertThat(in.position()).isEqualTo(9);
        byte[] bytes = new byte[8];
        in.get(1, bytes);
        assertThat(bytes).isEqualTo("\0\0\0hello".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aSliceBeginsWhereItSays() throws IOException {
        ByteBuffer slice = direct("..hello").position(2).slice();
        Content.writeFully(file, slice, 0);
        assertThat(Files.readString(folder.resolve("file"))).isEqualTo("hello");
    }

    @Test
    void heapBuffersAreRefused() {
        assertThatThrownBy(() -> Content.write(file, ByteBuffer.allocate(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsAndMakesHoles() throws IOException {
        Content.resize(file, 4L * MIB);
        assertThat(Content.nextData(file, 0)).isEqualTo(-1);
        Content.writeFully(file, ByteBuffer.allocateDirect(MIB), MIB);
        assertThat(Content.nextData(file, 0)).isEqualTo(MIB);
        assertThat(Content.nextHole(file, MIB)).isEqualTo(2L * MIB);
        Content.punchHole(file, MIB, MIB);
        assertThat(Content.nextData(file, 0)).isEqualTo(-1);
        assertThat(Attributes.status(file).size()).isEqualTo(4L * MIB);
        assertThat(Content.nextHole(file, 5L * MIB)).isEqualTo(-1);
    }

    @Test
    void keepsModeOwnerAndTime() throws IOException {
        Attributes.setMode(file, 0100604);
        Attributes.setModified(file, 999_999_999L);
        Attributes.setOwner(file, Attributes.UNCHANGED_ID, Attributes.UNCHANGED_ID);
        FileStatus status = Attributes.status(file);
        assertThat(status.permissions()).isEqualTo(0604);
        assertThat(status.modifiedNs()).isEqualTo(999_999_999L);
        assertThat(status.type()).isEqualTo(FileType.REGULAR);
        assertThat(status.links()).isEqualTo(1);
        long birthSeconds = status.birthNs() / 1_000_000_000L;
        assertThat(birthSeconds).isLessThanOrEqualTo(System.currentTimeMillis() / 1000);
        long device = (Long) Files.getAttribute(folder.resolve("file"), "unix:dev");
        assertThat(Attributes.packed(status.device())).isEqualTo(device);
        assertThat(status.inode()).isEqualTo(Files.getAttribute(folder.resolve("file"), "unix:ino"));
    }

    @Test
    void timesBefore1970AreKept() throws IOException {
        Attributes.setModified(file, -1L);
        assertThat(Attributes.status(file).modifiedNs()).isEqualTo(-1L);
    }

    @Test
    void copiesInsideTheKernelOrSaysThatItCannotClone() throws IOException {
        Content.writeFully(file, direct("hello"), 0);
        try (Descriptor other =
                Descriptor.open(folder.resolve("other"), OpenFlags.CREATE | OpenFlags.READ_WRITE, 0600)) {
            if (!Content.cloneFrom(other, file)) {
                assertThat(Content.copy(file, 1, other, 0, 4)).isEqualTo(4);
                assertThat(Files.readString(folder.resolve("other"))).isEqualTo("ello");
            }
        }
    }

    @Test
    void syncsAndTellsTheRoomLeft() throws IOException {
        Content.sync(file);
        Content.syncData(file);
        Content.syncFileSystem(file);
        FileSystemSpace space = Attributes.space(file);
        assertThat(space.totalBytes()).isGreaterThan(space.availableBytes());
        assertThat(space.availableBytes()).isPositive();
        assertThat(space.readOnly()).isFalse();
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
