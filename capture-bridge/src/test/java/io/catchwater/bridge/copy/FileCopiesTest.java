package io.catchwater.bridge.copy;

import static io.catchwater.schemas.ring.RingLayout.KIND_WRITE;
import static io.catchwater.schemas.ring.RingLayout.UNBOUNDED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.publish.EventSink;
import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.RingReader;
import io.catchwater.bridge.ring.RingWriter;
import io.catchwater.bridge.ring.RingWriter.Entry;
import io.catchwater.bridge.ring.Slots;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.tree.Name;
import io.catchwater.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The window protocol step by step: nothing closes before its time. */
final class FileCopiesTest {

    private static final FileId FILE = new FileId(1L, 2L, 3L);
    private static final FileId OTHER = new FileId(1L, 5L, 3L);
    private static final long COPY = 77;

    @TempDir
    Path directory;

    private final List<Event> events = new ArrayList<>();
    private final List<Window> reading = new ArrayList<>();
    private final CopyCounts counts = new CopyCounts();
    private long nowNs;
    private final Throttle throttle = new Throttle(Throttle.UNLIMITED, () -> nowNs);
    private Optional<TreePath> path = Optional.of(TreePath.ROOT.resolve(Name.of("f".getBytes(UTF_8))));
    private long size = 100_000;
    private RingFile ring;
    private RingReader reader;
    private RingWriter.Slot slot;
    private Slots slots;
    private EventLog log;
    private FileCopies copies;

    @BeforeEach
    void make() throws IOException {
        RingDefinition definition = new RingDefinition(
                1, RingDefinition.CAPACITY_LEAST, Duration.ZERO, List.of("/d".getBytes(UTF_8)), Set.of(), false);
        ring = RingFile.create(directory.resolve("ring"), definition, RingWriter.ownAccess());
        reader = new RingReader(ring);
        slot = new RingWriter(ring.path()).acquire(1, 1, 1);
        slots = new Slots(ring);
        EventSink sink = (partition, key, event, done) -> {
            events.add(event);
            return 1;
        };
        log = new EventLog(sink, 1, 4, failure -> {
            throw new AssertionError(failure);
        });
        copies = new FileCopies(
                log,
                ring,
                slots,
                new FileCopies.Names() {
                    @Override
                    public Optional<TreePath> path(FileId file) {
                        return path;
                    }

                    @Override
                    public Optional<FileAttributes> attributes(FileId file) {
                        return Optional.of(new FileAttributes(0100644, 0, 0, 0L, size, 0L, null, false));
                    }
                },
                (window, where) -> reading.add(window),
                throttle,
                CopyLimits.WINDOW_BYTES,
                counts);
    }

    @AfterEach
    void remove() throws IOException {
        ring.close();
    }

    @Test
    void aWindowIsOpenedBeforeItIsRead() {
        copies.copy(FILE, 100_000);
        work();
        assertThat(reading).hasSize(1);
        WindowOpened opened = (WindowOpened) onlyEvent();
        assertThat(opened.getFirst()).isTrue();
        assertThat(opened.getStart()).isZero();
        assertThat(events.get(0).getLsn()).isEqualTo(log.drainedLsn());
    }

    /** Each window waits for the drain: files that wait for each other's windows would wait as often as there are. */
    @Test
    void windowsAreOpenedUpToTheBytesUnderWay() {
        int fit = (int) (CopyLimits.BYTES_UNDER_WAY / 100_000);
        for (int number = 0; number < 2 * fit; number++) {
            copies.copy(new FileId(1L, 10L + number, 3L), 100_000);
        }
        work();
        assertThat(reading).hasSize(fit);
    }

    @Test
    void noWindowIsOpenedWhileNamesAreListed() {
        copies.copy(FILE, 100_000);
        copies.work(false, COPY);
        assertThat(reading).isEmpty();
    }

    @Test
    void aWindowWaitsForThoseInFlightThenForTheDrainThenForTheBytes() {
        copies.copy(FILE, 100_000);
        work();
        slot.announce(KIND_WRITE, FILE, 0, 1);
        SentPart part = new SentPart(0, 100_000, failure -> {});
        Window window = reading.get(0);
        copies.take(new Report.WindowRead(window.id(), 100_000, List.of(part), true, 100_000, 0, slots.inFlight()));
        work();
        work();
        assertThat(events).as("a change is in flight").hasSize(1);
        slot.append(Entry.write(FILE, 0, new byte[1]));
        slot.end();
        work();
        work();
        assertThat(events).as("the change is not drained").hasSize(1);
        drain();
        work();
        assertThat(events).as("the bytes have not arrived").hasSize(1);
        part.arrived(42, null);
        log.watermarks(0);
        events.clear();
        work();
        assertThat(events).as("a watermark covers this LSN").isEmpty();
        assertThat(log.takeWish()).isTrue();
        slot.announce(KIND_WRITE, OTHER, 0, 1);
        slot.append(Entry.write(OTHER, 0, new byte[1]));
        slot.end();
        drain();
        work();
        ChunkReference reference = (ChunkReference) onlyEvent();
        assertThat(events.get(0).getLsn()).isEqualTo(log.drainedLsn());
        assertThat(reference.getLast()).isTrue();
        assertThat(reference.getSize()).isEqualTo(100_000);
        assertThat(reference.getParts()).hasSize(1);
        assertThat(reference.getParts().get(0).getKafkaOffset()).isEqualTo(42);
        assertThat(copies.isEmpty()).isTrue();
        assertThat(counts.filesDone()).isEqualTo(1);
    }

    @Test
    void aHealOfWhatTheCopyHasReadWaitsForItsEnd() {
        copies.copy(FILE, 100_000);
        work();
        copies.heal(FILE, 10, 20);
        work();
        assertThat(reading).hasSize(1);
        read(reading.get(0), 60_000, false);
        assertThat(reading).hasSize(2);
        assertThat(reading.get(1).start()).isEqualTo(60_000);
        copies.heal(FILE, 70_000, 80_000);
        read(reading.get(1), 100_000, true);
        assertThat(reading.get(2))
                .extracting(Window::start, Window::end, Window::heal)
                .containsExactly(10L, 20L, true);
        read(reading.get(2), 20, false);
        assertThat(reading.get(3).start()).isEqualTo(70_000);
        read(reading.get(3), 80_000, false);
        assertThat(copies.isEmpty()).isTrue();
    }

    @Test
    void aHealThatOneWindowCanNotHoldGoesOn() {
        copies.heal(FILE, 0, UNBOUNDED);
        work();
        read(reading.get(0), 8_000_000, false);
        assertThat(reading.get(1)).extracting(Window::start, Window::end).containsExactly(8_000_000L, UNBOUNDED);
        read(reading.get(1), 9_000_000, true);
        assertThat(copies.isEmpty()).isTrue();
    }

    @Test
    void aFileThatHasMovedIsLookedUpAgainWhereTheRingIsDrained() {
        copies.copy(FILE, 100_000);
        work();
        slot.announce(KIND_WRITE, FILE, 0, 1);
        copies.take(new Report.WindowMissed(reading.get(0).id(), slots.inFlight()));
        work();
        slot.append(Entry.write(FILE, 0, new byte[1]));
        slot.end();
        work();
        work();
        assertThat(reading).hasSize(1);
        drain();
        work();
        assertThat(reading).hasSize(2);
        assertThat(reading.get(1)).isEqualTo(reading.get(0));
        assertThat(events).as("the window stays open").hasSize(1);
    }

    @Test
    void aFileWhoseNameIsGoneIsGivenUp() {
        copies.copy(FILE, 100_000);
        work();
        copies.drop(FILE, log.drainedLsn());
        assertThat(events.get(1).getBody()).isInstanceOf(WindowAbandoned.class);
        copies.take(new Report.WindowRead(reading.get(0).id(), 5, List.of(), true, 5, 0, slots.inFlight()));
        work();
        assertThat(events).hasSize(2);
        assertThat(copies.isEmpty()).isTrue();
    }

    @Test
    void aNameThatAlwaysLeadsElsewhereIsUncovered() {
        copies.copy(FILE, 100_000);
        work();
        for (int i = 0; i <= CopyLimits.ATTEMPTS; i++) {
            copies.take(new Report.WindowMissed(reading.get(i).id(), slots.inFlight()));
            work();
            work();
        }
        assertThat(events).extracting(Event::getBody).hasAtLeastOneElementOfType(Uncovered.class);
        assertThat(copies.isEmpty()).isTrue();
    }

    @Test
    void windowsAreBoundedByBytes() {
        for (long inode = 10; inode < 1000; inode++) {
            copies.heal(new FileId(1L, inode, 1L), 0, UNBOUNDED);
        }
        work();
        assertThat(reading).hasSize((int) (CopyLimits.BYTES_UNDER_WAY / CopyLimits.WINDOW_BYTES));
    }

    @Test
    void windowsAreBoundedInNumber() {
        size = 10;
        for (long inode = 10; inode < 1000; inode++) {
            copies.copy(new FileId(1L, inode, 1L), 10);
        }
        work();
        assertThat(reading).hasSize(CopyLimits.WINDOWS);
    }

    @Test
    void aLimitBoundsWhatIsOrderedAhead() {
        throttle.set(1_000_000);
        for (long inode = 10; inode < 100; inode++) {
            copies.copy(new FileId(1L, inode, 1L), 100_000);
        }
        work();
        assertThat(reading).hasSize(20);
        throttle.set(0);
        read(reading.get(0), 100_000, true);
        assertThat(reading).hasSize(20);
        throttle.set(1_000_000);
        work();
        assertThat(reading).hasSize(21);
    }

    @Test
    void aWindowThatTheThrottleStopsGoesOnWhenItLets() {
        throttle.set(1_000_000);
        copies.copy(FILE, 100_000);
        work();
        throttle.set(0);
        copies.take(new Report.WindowStopped(reading.get(0).id()));
        work();
        assertThat(reading).hasSize(1);
        throttle.set(500_000);
        work();
        assertThat(reading).hasSize(2);
        assertThat(reading.get(1)).isEqualTo(reading.get(0));
        assertThat(events).as("the window stays open").hasSize(1);
        copies.take(new Report.WindowStopped(reading.get(1).id()));
        copies.drop(FILE, log.drainedLsn());
        assertThat(events.get(1).getBody()).isInstanceOf(WindowAbandoned.class);
        assertThat(copies.isEmpty()).isTrue();
    }

    private void read(Window window, long end, boolean last) {
        copies.take(new Report.WindowRead(window.id(), end, List.of(), last, end, 0, slots.inFlight()));
        work();
        work();
        work();
    }

    private void drain() {
        while (reader.poll() != null) {
            log.setDrained(reader.position());
        }
    }

    private void work() {
        copies.work(true, COPY);
    }

    private Object onlyEvent() {
        assertThat(events).hasSize(1);
        return events.get(0).getBody();
    }
}
