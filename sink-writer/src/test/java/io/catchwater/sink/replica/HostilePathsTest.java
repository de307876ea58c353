package io.catchwater.sink.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeEnded;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostilePathsTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final FileAttributes REGULAR = new FileAttributes(0100644, 0, 0, 0L, 0L, 0L, null, false);
    private static final FileAttributes DIRECTORY = new FileAttributes(0040755, 0, 0, 0L, 0L, 0L, null, false);

    @TempDir
    Path folder;

    private TestReplica target;
    private Replica replica;
    private long lsn = 1;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("outside/inner"));
        Files.writeString(folder.resolve("outside/precious"), "precious");
        target = new TestReplica(folder);
        replica = new Replica(target.place, TestReplica.NO_CHUNKS, Barrier.NONE, ReplicaStart.EMPTY);
        apply(new CopyBegun(1L, true, "", 1L));
        apply(new TreeBegun(1L, DIRECTORY));
        apply(new TreeEnded(1L));
        apply(new CopyEnded(1L, true, 0L, 0L));
        apply(symlink("out", "../outside"));
        apply(symlink("slash", "/"));
    }

    @AfterEach
    void nothingOutsideWasTouched() throws IOException {
        replica.close();
        target.close();
        assertThat(Files.readString(folder.resolve("outside/precious"))).isEqualTo("precious");
        assertThat(folder.resolve("outside").toFile().list()).hasSize(2);
    }

    private void apply(Object body) throws IOException {
        replica.apply(0, lsn, new Operation(lsn++, 0L, body));
    }

    private static NameChanged change(NameChangeKind kind, FileAttributes attributes, String path, String newPath) {
        return new NameChanged(kind, FILE, attributes, place(path), place(newPath), ByteBuffer.allocate(0));
    }

    private static NameChanged symlink(String path, String to) {
        FileId id = new FileId(9L, (long) path.length(), 9L);
        FileAttributes attributes = new FileAttributes(0120777, 0, 0, 0L, 0L, 0L, null, false);
        return new NameChanged(NameChangeKind.SYMLINK, id, attributes, place(path), null, bytes(to));
    }

    private static Place place(String path) {
        return path == null ? null : new Place(FILE, bytes(path));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void everyOperationWithAPathRefusesThem() {
        for (String path : List.of(
                "/etc/x",
                "../outside/precious",
                "a/../../outside/precious",
                "..",
                ".",
                "a//b",
                "a/",
                "nul\0",
                "out/precious",
                "out/inner/x",
                "slash/tmp/x",
                "a/./b",
                "x".repeat(256),
                "")) {
            for (NameChangeKind kind : NameChangeKind.values()) {
                FileAttributes attributes =
                        kind == NameChangeKind.MKDIR || kind == NameChangeKind.RMDIR ? DIRECTORY : REGULAR;
                boolean rootIsMeant = path.isEmpty() && kind == NameChangeKind.ATTRIBUTES;
                if (!rootIsMeant && kind != NameChangeKind.ATTRIBUTES) {
                    assertRefused(change(kind, attributes, path, "harmless"), path);
                }
                if (kind == NameChangeKind.RENAME || kind == NameChangeKind.EXCHANGE) {
                    assertRefused(change(kind, attributes, "harmless", path), path);
                }
            }
            assertRefused(new RemoveTree(bytes(path)), path);
            if (!path.isEmpty()) {
                assertRefused(change(NameChangeKind.ATTRIBUTES, DIRECTORY, path, null), path);
            }
        }
    }

    private void assertRefused(Object body, String path) {
        assertThatThrownBy(() -> apply(body)).as("%s of %s", body, path).isInstanceOf(SinkException.class);
    }

    @Test
    void aListingRefusesThem() throws IOException {
        apply(new TreeBegun(5L, DIRECTORY));
        apply(new TreeName(
                bytes("out"),
                new FileId(9L, 3L, 9L),
                new FileAttributes(0120777, 0, 0, 0L, 0L, 0L, null, false),
                bytes("../outside")));
        for (String path : List.of("/etc/x", "../outside/precious", "out/precious")) {
            assertRefused(new TreeName(bytes(path), FILE, REGULAR, bytes("")), path);
            assertRefused(new TreeName(bytes(path), FILE, DIRECTORY, bytes("")), path);
        }
    }

    @Test
    void removingASymlinkLeavesWhatItPointsTo() throws IOException {
        apply(new RemoveTree(bytes("out")));
        assertThat(Files.exists(folder.resolve("replica/out"))).isFalse();
    }

    @Test
    void whatIsNotListedIsRemovedWithoutFollowing() throws IOException {
        apply(new TreeBegun(5L, DIRECTORY));
        apply(new TreeEnded(5L));
        assertThat(folder.resolve("replica").toFile().list()).isEmpty();
    }

    @Test
    void writesToASymlinksIdDoNotFollow() {
        FileId out = new FileId(9L, 3L, 9L);
        Object write = new WriteBytes(out, List.of(new Extent(0L, bytes("hostile"))), false, 0L);
        assertThatThrownBy(() -> apply(write)).isInstanceOf(IOException.class);
    }

    @Test
    void impossibleRangesAreRefused() {
        assertRefused(new WriteBytes(FILE, List.of(new Extent(-1L, bytes("x"))), false, 0L), "");
        assertRefused(new WriteBytes(FILE, List.of(new Extent(Long.MAX_VALUE, bytes("x"))), false, 0L), "");
    }

    @Test
    void aDirectoryIsNotMovedIntoItself() throws IOException {
        apply(change(NameChangeKind.MKDIR, DIRECTORY, "d", null));
        assertRefused(change(NameChangeKind.RENAME, DIRECTORY, "d", "d/e"), "d");
    }
}
