package io.catchwater.bridge.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyBegun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a cut falls, cycle by cycle of the drain loop: soon, while programs write without pause, and at one moment. */
final class CutPlaceTest {

    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);

    /** A few more than one cycle drains. */
    private static final int ENTRIES = 601;

    /** Most bytes of the ring that are not drained: it must not be full. */
    private static final long MOST_BEHIND = 512 << 10;

    @TempDir
    Path directory;

    private Source source;

    @BeforeEach
    void prepare() throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.write(root.resolve("mapped"), new byte[5000]);
        Files.write(root.resolve("written"), new byte[5000]);
        source = new Source(
                root.toRealPath(),
                Files.createDirectory(directory.resolve("outside")).toRealPath());
    }

    private Harness harness() throws IOException {
        Harness harness = new Harness(source, directory.resolve("ring"), 1 << 20, -1, 16 << 10, 1);
        harness.loop.begin();
        turnUntil(harness, harness.copies::isIdle);
        return harness;
    }

    private static void turnUntil(Harness harness, BooleanSupplier done) {
        long until = System.nanoTime() + LIMIT_NS;
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            turn(harness);
        }
    }

    /** Readers get some time too. */
    private static void turn(Harness harness) {
        harness.loop.work(System.nanoTime());
        LockSupport.parkNanos(PAUSE_NS);
    }

    private static long drained(Harness harness) {
        return harness.log.drainedPosition();
    }

    /** Programs write faster than the ring is drained: the cut does not wait for what comes after the audit. */
    @Test
    void aCutFallsWhereTheRingIsDrainedToAfterTheAudit() throws Exception {
        try (Harness harness = harness()) {
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("written");
            long asked = harness.ring.tail();
            AtomicLong audited = new AtomicLong();
            harness.copies.audit(() -> audited.set(drained(harness)));
            CompletableFuture<Long> cut = harness.loop.requestCut("cut");
            turnUntil(harness, () -> {
                for (int entry = 0; entry < ENTRIES && harness.ring.tail() - drained(harness) < MOST_BEHIND; entry++) {
                    write(program, file, entry);
                }
                return cut.isDone();
            });
            assertThat(audited.get()).isGreaterThanOrEqualTo(asked);
            assertThat(cut.get()).isEqualTo(Lsn.before(Harness.INCARNATION, audited.get()));
            assertThat(drained(harness)).as("behind").isLessThan(harness.ring.tail());
        }
    }

    private static void write(Source.Program program, Source.OpenFile file, int value) {
        try {
            program.write(file, 0, new byte[] {(byte) value}, false);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What was read of a mapped file is of one moment; nothing captured after it may be in the cut. */
    @Test
    void theRingIsNotReadOnWhileMappedFilesAreLookedAt() throws Exception {
        try (Harness harness = harness()) {
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("written");
            program.mapped(program.open("mapped"));
            CompletableFuture<Long> cut = harness.loop.requestCut("cut");
            long lastBefore = 0;
            boolean held = false;
            long until = System.nanoTime() + LIMIT_NS;
            while (!cut.isDone()) {
                assertThat(System.nanoTime()).as("in time").isLessThan(until);
                lastBefore = held ? lastBefore : drained(harness);
                write(program, file, 1);
                turn(harness);
                held |= drained(harness) < harness.ring.tail();
            }
            assertThat(held).as("held").isTrue();
            assertThat(cut.get()).isEqualTo(Lsn.before(Harness.INCARNATION, lastBefore));
        }
    }

    /** A file that keeps still from one cut to the next opens no copy: cuts may fall all the time. */
    @Test
    void aMappedFileIsReadAgainWhenItHasBeenStoredToOnly() throws Exception {
        try (Harness harness = harness()) {
            Source.Program program = harness.program(1, 0);
            Source.OpenFile file = program.open("mapped");
            program.mapped(file);
            long fourth;
            try (RandomAccessFile opened =
                    new RandomAccessFile(source.root.resolve("mapped").toFile(), "rw")) {
                MappedByteBuffer stored = opened.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 5000);
                cutAt(harness, "first");
                assertThat(copies(harness)).isEqualTo(1);
                cutAt(harness, "second");
                cutAt(harness, "third");
                assertThat(copies(harness)).as("still since then").isEqualTo(1);
                stored.put(0, (byte) 7);
                fourth = cutAt(harness, "fourth");
                assertThat(copies(harness)).as("stored to").isEqualTo(2);
            }
            Future<Long> end = harness.loop.finish();
            turnUntil(harness, end::isDone);
            Replica replica = new Replica(harness.topics, Harness.PARTITIONS);
            harness.merged(end.get()).stream()
                    .filter(event -> event.getLsn() <= fourth)
                    .forEach(replica::take);
            assertThat(replica.mayBeCut()).isTrue();
            assertThat(replica.tree().get("mapped")[0]).isEqualTo((byte) 7);
        }
    }

    private static long cutAt(Harness harness, String id) {
        CompletableFuture<Long> cut = harness.loop.requestCut(id);
        turnUntil(harness, cut::isDone);
        turnUntil(harness, harness.copies::isIdle);
        return cut.join();
    }

    private static long copies(Harness harness) {
        return harness.topics.events().get(0).stream()
                .filter(event -> event.getBody() instanceof CopyBegun begun && !begun.getBase())
                .count();
    }
}
