package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catchwater.bridge.ring.RingWriter.Entry;
import io.catchwater.files.SharedMemory;
import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RingReaderTest {

    private static final FileId FILE = new FileId(8L << 32 | 1, 42L, 7L);
    private static final FileId DIRECTORY = new FileId(8L << 32 | 1, 2L, 3L);

    @TempDir
    Path directory;

    private RingFile ring;
    private RingReader reader;
    private RingWriter writer;
    private RingWriter.Slot slot;

    @BeforeEach
    void make() throws IOException {
        RingDefinition definition = new RingDefinition(
                3,
                RingDefinition.CAPACITY_LEAST,
                Duration.ofMillis(50),
                List.of("/data/app".getBytes(UTF_8)),
                Set.of(KIND_TRUNCATE),
                false);
        ring = RingFile.create(directory.resolve("ring"), definition, RingWriter.ownAccess());
        reader = new RingReader(ring);
        writer = new RingWriter(ring.path());
        slot = writer.acquire(1, 1, 1);
    }

    @AfterEach
    void remove() throws IOException {
        writer.close();
        ring.close();
        assertThat(ring.path()).doesNotExist();
    }

    @Test
    void theFileIsWhatAHookExpects() throws IOException {
        assertThat(Files.size(ring.path())).isEqualTo(ADDRESS_BYTES);
        assertThat(writer.buffer.capacity()).isEqualTo((int) (ENTRIES_OFFSET + RingDefinition.CAPACITY_LEAST));
        assertThat(Files.getPosixFilePermissions(ring.path())).hasSize(2);
        assertThat(writer.buffer.getInt(HEADER_VERSION)).isEqualTo((int) VERSION);
        assertThat(writer.buffer.getLong(HEADER_INCARNATION)).isEqualTo(3);
        assertThat(writer.buffer.getLong(HEADER_DISABLED_KINDS)).isEqualTo(1L << KIND_TRUNCATE);
        assertThat(writer.buffer.getInt(HEADER_ACTIVE)).isEqualTo(1);
        assertThat(writer.buffer.getInt(HEADER_ROOT_COUNT)).isEqualTo(1);
        byte[] root = new byte[10];
        writer.buffer.getBytes((int) ROOTS_OFFSET, root);
        assertThat(root).isEqualTo("/data/app\0".getBytes(UTF_8));
    }

    @Test
    void whatBecomesOfTheFileDoesNoHarm() throws IOException {
        Files.write(ring.path(), new byte[0]);
        FileId file = new FileId(1L, 2L, 3L);
        slot.announce(KIND_WRITE, file, 0, 5);
        slot.append(Entry.write(file, 0, "bytes".getBytes(UTF_8)));
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
        assertThatThrownBy(() -> new RingWriter(ring.path())).isInstanceOf(IOException.class);
    }

    @Test
    void theRingIsGoneWithTheLastWhoHasIt() throws IOException {
        int segment = ring.segment();
        SharedMemory.attach(segment).close();
        writer.close();
        ring.close();
        assertThatThrownBy(() -> SharedMemory.attach(segment)).isInstanceOf(IOException.class);
        make();
    }

    @Test
    void aRingLeftBehindIsTurnedOff() throws IOException {
        Path copy = directory.resolve("copy");
        Files.copy(ring.path(), copy);
        assertThat(RingFile.removeStale(copy)).isTrue();
        assertThat(copy).doesNotExist();
        assertThat(writer.buffer.getInt(HEADER_ACTIVE)).isZero();
        Files.write(copy, new byte[] {1, 2, 3});
        assertThat(RingFile.removeStale(copy)).isTrue();
    }

    @Test
    void aLivingRingIsNoStaleOne() throws IOException {
        assertThat(RingFile.removeStale(ring.path())).isFalse();
        assertThat(ring.path()).exists();
    }

    @Test
    void aRingThatIsThereIsNotOverwritten() {
        RingDefinition definition = new RingDefinition(
                4, RingDefinition.CAPACITY_LEAST, Duration.ZERO, List.of("/x".getBytes(UTF_8)), Set.of(), false);
        assertThatThrownBy(() -> RingFile.create(ring.path(), definition, RingWriter.ownAccess()))
                .isInstanceOf(IOException.class);
        assertThat(ring.path()).exists();
    }

    @Test
    void entriesComeInOrderOverManyLaps() {
        Random random = new Random(1);
        long position = FIRST_POSITION;
        for (int i = 0; i < 500; i++) {
            byte[] content = new byte[random.nextInt(9000)];
            random.nextBytes(content);
            slot.announce(KIND_WRITE, FILE, i, i + content.length);
            long at = slot.append(Entry.write(FILE, i, content));
            slot.end();
            RingEntry entry = reader.poll();
            if (entry instanceof RingEntry.Pad) {
                entry = reader.poll();
            }
            assertThat(entry).isInstanceOf(RingEntry.Write.class);
            RingEntry.Write write = (RingEntry.Write) entry;
            assertThat(write.origin().position()).isEqualTo(at).isGreaterThanOrEqualTo(position);
            assertThat(write.start()).isEqualTo(i);
            assertThat(write.content()).isEqualTo(ByteBuffer.wrap(content));
            position = reader.position();
            assertThat(reader.poll()).isNull();
            ring.setHead(position);
        }
        assertThat(position).isEqualTo(ring.tail()).isGreaterThan(10 * RingDefinition.CAPACITY_LEAST);
    }

    @Test
    void anUncommittedEntryHoldsUpThoseBehindIt() {
        slot.announce(KIND_WRITE, FILE, 0, 1);
        long claimed = slot.claim(ENTRY_HEADER_BYTES + 1, 0);
        RingWriter.Slot other = writer.acquire(1, 2, 1);
        other.announce(KIND_WRITE, FILE, 1, 2);
        other.append(Entry.write(FILE, 1, new byte[] {2}));
        assertThat(reader.poll()).isNull();
        slot.fill(claimed, ENTRY_HEADER_BYTES + 1, Entry.write(FILE, 0, new byte[] {1}));
        commit(claimed);
        assertThat(((RingEntry.Write) reader.poll()).start()).isEqualTo(0);
        assertThat(((RingEntry.Write) reader.poll()).start()).isEqualTo(1);
    }

    @Test
    void changesOfNamesComeWhole() {
        byte[] path = "/data/app/\u00e9".getBytes(UTF_8);
        byte[] newPath = {'/', 'x', (byte) 0xFF};
        ByteBuffer payload = RingWriter.names(DIRECTORY, FILE, 0100644, 2, 99, path, newPath, new byte[] {1, 2});
        slot.announce(KIND_RENAME, FILE, 0, 0);
        slot.append(new Entry(KIND_RENAME, FLAG_UNORDERED, FILE, 0, 0, 0, payload));
        RingEntry.Naming naming = (RingEntry.Naming) reader.poll();
        assertThat(naming.origin().unordered()).isTrue();
        assertThat(naming.origin().file()).isEqualTo(FILE);
        assertThat(naming.parent()).isEqualTo(DIRECTORY);
        assertThat(naming.newParent()).isEqualTo(FILE);
        assertThat(naming.path()).isEqualTo(ByteBuffer.wrap(path));
        assertThat(naming.newPath()).isEqualTo(ByteBuffer.wrap(newPath));
        assertThat(naming.target()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(naming.attributes().getMode()).isEqualTo(0100644);
        assertThat(naming.attributes().getUid()).isEqualTo(1000);
        assertThat(naming.attributes().getSize()).isEqualTo(99);
        assertThat(naming.links()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 79, 81 + 64, 1 << 20, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aLengthThatCanNotBeIsDamage(int length) {
        long at = write();
        writer.buffer.putInt(writer.index(at) + ENTRY_LENGTH, length);
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class).hasMessageContaining("ring position 64");
        assertThat(reader.position()).isEqualTo(at);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 77, 65535})
    void aKindThatIsNotKnownIsDamage(int kind) {
        long at = write();
        writer.buffer.putShort(writer.index(at) + ENTRY_KIND, (short) kind);
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @Test
    void aPadThatReachesTooFarIsDamage() {
        long at = write();
        writer.buffer.putShort(writer.index(at) + ENTRY_KIND, (short) KIND_PAD);
        writer.buffer.putInt(writer.index(at) + ENTRY_LENGTH, 1 << 20);
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @Test
    void aWriteWhoseSizeIsNotItsPayloadIsDamage() {
        long at = write();
        writer.buffer.putLong(writer.index(at) + ENTRY_SIZE, 4);
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {NAMES_PATH_LENGTH, NAMES_NEW_PATH_LENGTH, NAMES_TARGET_LENGTH})
    void pathsThatDoNotFitAreDamage(int field) {
        ByteBuffer payload =
                RingWriter.names(DIRECTORY, FILE, 0100644, 2, 99, new byte[] {'/'}, new byte[] {'/'}, new byte[] {'t'});
        payload.putShort(field, (short) 65000);
        slot.append(new Entry(KIND_SYMLINK, 0, FILE, 0, 0, 0, payload));
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @Test
    void aShortPayloadOfNamesIsDamage() {
        slot.append(new Entry(KIND_CREATE, 0, FILE, 0, 0, 0, ByteBuffer.allocate(20)));
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @Test
    void aContinuedEntryNamesAFirstOneBeforeIt() {
        slot.append(Entry.write(FILE, 0, new byte[5]).withFlags(FLAG_CONTINUED, 1 << 20));
        assertThatThrownBy(reader::poll).isInstanceOf(RingDamage.class);
    }

    @Test
    void aRangeWithoutEndIsSaturated() {
        slot.append(Entry.plain(KIND_WRITE, FLAG_REREAD, FILE, 100, UNBOUNDED));
        RingEntry.Write write = (RingEntry.Write) reader.poll();
        assertThat(write.end()).isEqualTo(UNBOUNDED);
        assertThat(write.origin().mustReread()).isTrue();
    }

    @Test
    void programsSayHowTheyAreCaptured() {
        ByteBuffer payload = ByteBuffer.allocate((int) PROCESS_BYTES + 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        payload.putInt(PROCESS_UNKNOWN_SITES, 5).putInt(PROCESS_INTERPOSED, 1).putShort(PROCESS_PATH_LENGTH, (short) 4);
        payload.put((int) PROCESS_BYTES, "/bin".getBytes(UTF_8));
        slot.append(new Entry(KIND_PROCESS, 0, new FileId(0L, 0L, 0L), 0, 0, 0, payload));
        RingEntry.ProgramBegan program = (RingEntry.ProgramBegan) reader.poll();
        assertThat(program.unknownSites()).isEqualTo(5);
        assertThat(program.interposed()).isTrue();
        assertThat(UTF_8.decode(program.executable()).toString()).isEqualTo("/bin");
    }

    @Test
    void theHeadGivesRoomBack() {
        byte[] content = new byte[8000];
        int written = 0;
        while (slot.append(Entry.write(FILE, 0, content)) != 0) {
            written++;
        }
        assertThat(written).isEqualTo(8);
        assertThat(ring.overruns()).isEqualTo(1);
        ring.setOverrunsSeen(1);
        while (reader.poll() != null) {
            ring.setHead(reader.position());
        }
        assertThat(slot.append(Entry.write(FILE, 0, content))).isNotZero();
    }

    private long write() {
        slot.announce(KIND_WRITE, FILE, 0, 3);
        return slot.append(Entry.write(FILE, 0, new byte[] {1, 2, 3}));
    }

    private void commit(long position) {
        long nonce = writer.buffer.getLong(HEADER_NONCE);
        writer.buffer.putLongOrdered(writer.index(position) + ENTRY_COMMIT, position ^ nonce);
    }
}
