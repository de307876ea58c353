package io.catchwater.sink.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChangeKind;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Place;
import io.catchwater.schemas.operation.Extent;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.PlaceChunk;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.TreeBegun;
import io.catchwater.schemas.operation.TreeName;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TreeTallyTest {

    private static final int FILE = 0100644;
    private static final int DIRECTORY = 0040755;
    private static final FileId ROOT = new FileId(1L, 1L, 1L);

    private final TreeTally tally = new TreeTally();

    private static FileId id(long inode) {
        return new FileId(1L, inode, 1L);
    }

    private static FileAttributes attributes(int mode) {
        return new FileAttributes(mode, 0, 0, 0L, 0L, 0L, null, false);
    }

    private static ByteBuffer bytes(String path) {
        return ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String path) {
        return path == null ? null : new Place(ROOT, bytes(path));
    }

    private void say(Object body) throws SinkException {
        tally.apply(0, 0, new Operation(1L, 0L, body));
    }

    private void named(NameChangeKind kind, long inode, int mode, String path, String newPath) throws SinkException {
        say(new NameChanged(kind, id(inode), attributes(mode), place(path), place(newPath), bytes("")));
    }

    /** d/a of 10 bytes, b of 5 bytes. */
    @BeforeEach
    void listing() throws SinkException {
        say(new TreeName(bytes("old"), id(9), attributes(FILE), bytes("")));
        say(new TreeBegun(1L, attributes(DIRECTORY)));
        say(new TreeName(bytes("b"), id(4), attributes(FILE), bytes("")));
        say(new TreeName(bytes("d"), id(2), attributes(DIRECTORY), bytes("")));
        say(new TreeName(bytes("d/a"), id(3), attributes(FILE), bytes("")));
        say(new PlaceChunk(1L, id(3), List.of(), List.of(), true, 10L, 0L));
        say(new PlaceChunk(1L, id(4), List.of(), List.of(), true, 5L, 0L));
    }

    private void assertTally(long files, long bytes) {
        assertThat(tally.files()).isEqualTo(files);
        assertThat(tally.bytes()).isEqualTo(bytes);
    }

    @Test
    void countsWhatTheCopyBrings() {
        assertTally(2, 15);
    }

    @Test
    void countsWhatIsWrittenAndCutOff() throws SinkException {
        say(new WriteBytes(id(3), List.of(new Extent(8L, ByteBuffer.allocate(4))), false, 0L));
        assertTally(2, 17);
        say(new Resize(id(4), 1L));
        assertTally(2, 13);
        say(new NewFile(id(3)));
        assertTally(2, 1);
    }

    @Test
    void aFileWithTwoNamesCountsItsBytesOnce() throws SinkException {
        named(NameChangeKind.LINK, 3, FILE, "again", null);
        assertTally(3, 15);
        named(NameChangeKind.UNLINK, 3, FILE, "d/a", null);
        assertTally(2, 15);
        named(NameChangeKind.RENAME, 3, FILE, "again", "again");
        assertTally(2, 15);
    }

    @Test
    void directoriesMoveWithWhatTheyHold() throws SinkException {
        named(NameChangeKind.RENAME, 2, DIRECTORY, "d", "e");
        named(NameChangeKind.UNLINK, 3, FILE, "d/a", null);
        assertTally(2, 15);
        named(NameChangeKind.EXCHANGE, 2, DIRECTORY, "e", "b");
        named(NameChangeKind.RENAME, 4, FILE, "e", "b/a");
        assertTally(1, 5);
        named(NameChangeKind.RENAME, 2, DIRECTORY, "b", null);
        assertTally(0, 0);
    }

    @Test
    void whatIsRemovedDoesNotCount() throws SinkException {
        say(new RemoveTree(bytes("d")));
        say(new Gone(id(3)));
        assertTally(1, 5);
    }
}
