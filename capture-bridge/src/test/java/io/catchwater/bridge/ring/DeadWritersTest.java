package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.ring.RingWriter.Entry;
import io.catchwater.schemas.event.FileId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of docs/RING.md, "When a writer dies". */
final class DeadWritersTest {

    private static final FileId FILE = new FileId(8L << 32 | 1, 42L, 7L);
    private static final int PID = 100;

    @TempDir
    Path directory;

    private final Set<Integer> dead = new HashSet<>();
    private RingFile ring;
    private RingReader reader;
    private RingWriter writer;
    private DeadWriters deadWriters;

    @BeforeEach
    void make() throws IOException {
        RingDefinition definition = new RingDefinition(
                1, RingDefinition.CAPACITY_LEAST, Duration.ZERO, List.of("/d".getBytes(UTF_8)), Set.of(), false);
        ring = RingFile.create(directory.resolve("ring"), definition, RingWriter.ownAccess());
        reader = new RingReader(ring);
        writer = new RingWriter(ring.path());
        deadWriters = new DeadWriters(ring, reader, (pid, tid, start) -> !dead.contains(tid));
    }

    @AfterEach
    void remove() throws IOException {
        writer.close();
        ring.close();
    }

    @Test
    void theLivingAreLeftAlone() {
        RingWriter.Slot slot = slot(1);
        slot.announce(KIND_WRITE, FILE, 10, 20);
        assertThat(deadWriters.repair(true)).isEmpty();
        assertThat(isFree(slot)).isFalse();
        assertThat(isInFlight(slot)).isTrue();
    }

    @Test
    void anIdleSlotOfTheDeadIsFreed() {
        RingWriter.Slot slot = slot(1);
        dead.add(1);
        assertThat(deadWriters.repair(false)).isEmpty();
        assertThat(isFree(slot)).isFalse();
        assertThat(deadWriters.repair(true)).isEmpty();
        assertThat(isFree(slot)).isTrue();
    }

    @Test
    void whatWasAnnouncedAndNotClaimedIsReadAgain() {
        RingWriter.Slot slot = slot(1);
        slot.announce(KIND_WRITE, FILE, 10, 20);
        Slots slots = new Slots(ring);
        Slots.InFlight inFlight = slots.inFlight();
        assertThat(slots.settled(inFlight)).isFalse();
        dead.add(1);
        assertThat(deadWriters.repair(false)).containsExactly(new DeadChange(KIND_WRITE, FILE, 10, 20, 0));
        assertThat(slots.settled(inFlight)).isTrue();
        assertThat(isFree(slot)).isTrue();
        assertThat(isInFlight(slot)).isFalse();
        assertThat(ring.tail()).isEqualTo(FIRST_POSITION);
    }

    @Test
    void aClaimThatWasNotCommittedBecomesPadding() {
        RingWriter.Slot slot = slot(1);
        slot.announce(KIND_WRITE, FILE, 10, 20);
        slot.claim(ENTRY_HEADER_BYTES + 1000, 0);
        append(slot(2), 1);
        assertThat(reader.poll()).isNull();
        dead.add(1);
        assertThat(deadWriters.repair(false)).hasSize(1);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
        assertThat(reader.position()).isEqualTo(ring.tail());
    }

    @Test
    void aClaimWithPaddingBeforeTheEndOfTheBufferIsCompletedBehindIt() {
        RingWriter.Slot slot = slot(1);
        long lap = RingDefinition.CAPACITY_LEAST;
        fillUpTo(lap - 512);
        slot.announce(KIND_WRITE, FILE, 10, 20);
        assertThat(slot.claim(ENTRY_HEADER_BYTES + 1000, 0)).isEqualTo(lap);
        append(slot(2), 1);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        assertThat(reader.poll()).isNull();
        dead.add(1);
        assertThat(deadWriters.repair(false)).hasSize(1);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
        assertThat(reader.position()).isEqualTo(ring.tail());
    }

    @Test
    void aClaimWithPaddingNotEvenPaddedIsCompletedWhole() {
        RingWriter.Slot slot = slot(1);
        long lap = RingDefinition.CAPACITY_LEAST;
        fillUpTo(lap - 512);
        slot.announce(KIND_WRITE, FILE, 10, 20);
        slot.announceClaim(lap - 512, 512 + 1088);
        writer.buffer.putLong(HEADER_TAIL, lap + 1088);
        append(slot(2), 1);
        dead.add(1);
        assertThat(deadWriters.repair(false)).hasSize(1);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
    }

    @Test
    void aLostClaimLeavesTheWinnersEntryAlone() {
        RingWriter.Slot loser = slot(1);
        loser.announce(KIND_WRITE, FILE, 10, 20);
        loser.announceClaim(FIRST_POSITION, 4096);
        append(slot(2), 1);
        append(slot(2), 2);
        dead.add(1);
        assertThat(deadWriters.repair(false)).hasSize(1);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Write.class);
        assertThat(reader.poll()).isNull();
    }

    @Test
    void nothingIsDoneWhileALivingThreadMayHaveWonTheClaim() {
        RingWriter.Slot loser = slot(1);
        loser.announce(KIND_WRITE, FILE, 10, 20);
        RingWriter.Slot winner = slot(2);
        winner.announce(KIND_WRITE, FILE, 30, 40);
        long claimed = winner.claim(ENTRY_HEADER_BYTES + 10, 0);
        loser.announceClaim(claimed, 64 + ENTRY_HEADER_BYTES - 16);
        dead.add(1);
        assertThat(deadWriters.repair(false)).isEmpty();
        assertThat(deadWriters.hasUndecided()).isTrue();
        assertThat(reader.poll()).isNull();
        winner.fill(claimed, ENTRY_HEADER_BYTES + 10, Entry.write(FILE, 30, new byte[10]));
        writer.buffer.putLongOrdered(
                writer.index(claimed) + ENTRY_COMMIT, claimed ^ writer.buffer.getLong(HEADER_NONCE));
        winner.end();
        assertThat(deadWriters.repair(false)).hasSize(1);
        assertThat(deadWriters.hasUndecided()).isFalse();
        assertThat(((RingEntry.Write) reader.poll()).start()).isEqualTo(30);
    }

    @Test
    void ofTwoDeadTheOneWhoseClaimEndsAtTheTailHasWon() {
        RingWriter.Slot first = slot(1);
        first.announce(KIND_WRITE, FILE, 10, 20);
        first.claim(ENTRY_HEADER_BYTES + 2000, 0);
        RingWriter.Slot second = slot(2);
        second.announce(KIND_WRITE, FILE, 30, 40);
        second.announceClaim(FIRST_POSITION, 128);
        dead.add(1);
        dead.add(2);
        assertThat(deadWriters.repair(false)).hasSize(2);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        assertThat(reader.position()).isEqualTo(ring.tail());
    }

    @Test
    void ofTwoDeadTheOneWhoseClaimEndsWhereAnotherEntryBeginsHasWon() {
        RingWriter.Slot first = slot(1);
        first.announce(KIND_WRITE, FILE, 10, 20);
        first.claim(ENTRY_HEADER_BYTES, 0);
        for (int i = 0; i < 30; i++) {
            append(slot(3), i);
        }
        RingWriter.Slot second = slot(2);
        second.announce(KIND_WRITE, FILE, 30, 40);
        second.announceClaim(FIRST_POSITION, 192);
        dead.add(1);
        dead.add(2);
        assertThat(deadWriters.repair(false)).hasSize(2);
        assertThat(reader.poll()).isInstanceOf(RingEntry.Pad.class);
        for (int i = 0; i < 30; i++) {
            assertThat(((RingEntry.Write) reader.poll()).start()).isEqualTo(i);
        }
    }

    @Test
    void aChangeOfSeveralEntriesWithoutItsLastIsTold() {
        RingWriter.Slot slot = slot(1);
        slot.announce(KIND_WRITE, FILE, 0, 500);
        long first = slot.append(Entry.write(FILE, 0, new byte[100]).withFlags(FLAG_CONTINUES, 0));
        slot.firstPosition(first);
        dead.add(1);
        assertThat(deadWriters.repair(false)).containsExactly(new DeadChange(KIND_WRITE, FILE, 0, 500, first));
    }

    @Test
    void theNameLockOfTheDeadIsFree() {
        RingWriter.Slot slot = slot(1);
        slot.announce(KIND_RENAME, FILE, 0, 0);
        writer.buffer.putLong(HEADER_NAME_LOCK, 1 + slot.index);
        dead.add(1);
        assertThat(deadWriters.repair(false).get(0).concernsNames()).isTrue();
        assertThat(writer.buffer.getLong(HEADER_NAME_LOCK)).isZero();
    }

    @Test
    void thisProcessLivesAndAnotherStartTimeDoesNot() throws IOException {
        ProcLiveness liveness = new ProcLiveness(Path.of("/proc"));
        int pid = (int) ProcessHandle.current().pid();
        String stat = java.nio.file.Files.readString(Path.of("/proc/self/stat"));
        long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        assertThat(liveness.isAlive(pid, pid, start)).isTrue();
        assertThat(liveness.isAlive(pid, pid, 0)).isTrue();
        assertThat(liveness.isAlive(pid, pid, start + 1)).isFalse();
        assertThat(liveness.isAlive(pid, 1, start)).isFalse();
        assertThat(liveness.isAlive(0x7FFFFFFF, 0x7FFFFFFF, start)).isFalse();
    }

    @Test
    void aKilledProcessThatNobodyHasWaitedForIsDead() throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
        int child = Integer.parseInt(shell.inputReader().readLine());
        ProcLiveness liveness = new ProcLiveness(Path.of("/proc"));
        assertThat(liveness.isAlive(child, child, 0)).isTrue();
        ProcessHandle.of(child).orElseThrow().destroyForcibly();
        org.awaitility.Awaitility.await().until(() -> !liveness.isAlive(child, child, 0));
        shell.destroyForcibly().waitFor();
    }

    private RingWriter.Slot slot(int tid) {
        return writer.acquire(PID, tid, 1);
    }

    private static void append(RingWriter.Slot slot, int at) {
        slot.announce(KIND_WRITE, FILE, at, at + 1);
        slot.append(Entry.write(FILE, at, new byte[] {(byte) at}));
        slot.end();
    }

    private void fillUpTo(long position) {
        RingWriter.Slot slot = slot(9);
        while (ring.tail() < position) {
            long room = Math.min(position - ring.tail(), 4096);
            slot.append(Entry.write(FILE, 0, new byte[(int) (room - ENTRY_HEADER_BYTES)]));
            while (reader.poll() != null) {
                ring.setHead(reader.position());
            }
        }
        assertThat(ring.tail()).isEqualTo(position);
    }

    private boolean isFree(RingWriter.Slot slot) {
        return writer.buffer.getLong(slot.at + SLOT_OWNER) == 0;
    }

    private boolean isInFlight(RingWriter.Slot slot) {
        return (writer.buffer.getLong(slot.at + SLOT_SEQUENCE) & 1) != 0;
    }
}
