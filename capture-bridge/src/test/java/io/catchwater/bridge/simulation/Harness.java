package io.catchwater.bridge.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.Throttle;
import io.catchwater.bridge.copy.Workers;
import io.catchwater.bridge.drain.DrainLoop;
import io.catchwater.bridge.drain.DrainThread;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.ring.DeadWriters;
import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.RingReader;
import io.catchwater.bridge.ring.RingWriter;
import io.catchwater.bridge.source.CapturedProcesses;
import io.catchwater.bridge.source.NotCaptured;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.ListedDirectory;
import io.catchwater.schemas.event.ListingOpened;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.event.WindowAbandoned;
import io.catchwater.schemas.event.WindowOpened;
import io.catchwater.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A bridge on topics in memory. */
final class Harness implements AutoCloseable {

    /** What does not change the replica, nor end anything. */
    private static final Set<Class<?>> MAY_BE_LATE = Set.of(
            Watermark.class,
            CopyBegun.class,
            ListingOpened.class,
            ListedDirectory.class,
            WindowOpened.class,
            WindowAbandoned.class,
            CutRequested.class,
            Uncovered.class);

    static final int PARTITIONS = 4;
    static final long INCARNATION = 1;

    final MemoryTopics topics;
    final RingFile ring;
    final DrainLoop loop;
    final EventLog log;
    final Copies copies;
    final RingWriter writer;
    final Set<Integer> dead = ConcurrentHashMap.newKeySet();
    /** What the kernel tells of processes that are not captured. */
    final ConcurrentLinkedQueue<UncapturedChanges.Change> told = new ConcurrentLinkedQueue<>();

    final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final SourceRoots roots;
    private final SourceFiles files;
    private final Workers workers;
    private DrainThread thread;
    private final Truth before;
    private final Source source;

    Harness(Source source, Path ringPath, long ringBytes, long copyRate, long windowBytes, long seed)
            throws IOException {
        this(source, Exclusion.NONE, ringPath, ringBytes, copyRate, windowBytes, seed);
    }

    Harness(
            Source source,
            Exclusion exclusion,
            Path ringPath,
            long ringBytes,
            long copyRate,
            long windowBytes,
            long seed)
            throws IOException {
        this.source = source;
        before = source.truthNow();
        topics = new MemoryTopics(PARTITIONS, seed);
        RingDefinition definition = new RingDefinition(
                INCARNATION,
                ringBytes,
                Duration.ofMillis(200),
                List.of(source.root.toString().getBytes(UTF_8)),
                Set.of(),
                false);
        ring = RingFile.create(ringPath, definition, RingWriter.ownAccess());
        roots = SourceRoots.of(List.of(source.root), exclusion);
        files = SourceFiles.open(roots);
        RingReader reader = new RingReader(ring);
        log = new EventLog(topics, INCARNATION, PARTITIONS, faults::add);
        workers = new Workers(faults::add);
        copies = new Copies(
                log,
                ring,
                files,
                new UncapturedWriters(Path.of("/proc"), roots, ring.segment(), ring.path(), pid -> NotCaptured.UNKNOWN),
                new Told(),
                topics,
                workers,
                new Throttle(copyRate),
                windowBytes,
                faults::add);
        loop = new DrainLoop(
                ring,
                reader,
                log,
                roots,
                copies,
                new DeadWriters(ring, reader, (pid, tid, start) -> !dead.contains(tid)),
                new CapturedProcesses());
        writer = new RingWriter(ring.path());
    }

    private final class Told implements UncapturedChanges {

        @Override
        public List<Change> take() {
            List<Change> all = new ArrayList<>();
            for (Change next = told.poll(); next != null; next = told.poll()) {
                all.add(next);
            }
            return all;
        }

        @Override
        public boolean hasContent() {
            return told.stream().anyMatch(change -> change.kind() == Kind.CONTENT);
        }

        @Override
        public boolean mayHaveContent() {
            return hasContent();
        }

        @Override
        public boolean isWhole() {
            return true;
        }
    }

    void start() {
        thread = new DrainThread("simulated", loop, faults::add);
    }

    Source.Program program(int tid, long delayNs) {
        return source.new Program(writer, INCARNATION, tid, delayNs);
    }

    long finish() throws Exception {
        long lsn = loop.finish().get(60, TimeUnit.SECONDS);
        assertThat(faults).isEmpty();
        return lsn;
    }

    /** Every record up to an LSN, as a sink merges them; checks what has to be true of each partition by itself. */
    List<Event> merged(long lsn) {
        record At(Event event, int partition, int offset) {}
        List<At> all = new ArrayList<>();
        List<List<Event>> partitions = topics.events();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long last = 0;
            long watermark = 0;
            for (int offset = 0; offset < partitions.get(partition).size(); offset++) {
                Event event = partitions.get(partition).get(offset);
                assertThat(event.getLsn()).isGreaterThanOrEqualTo(last);
                last = event.getLsn();
                boolean mayBeLate = MAY_BE_LATE.contains(event.getBody().getClass());
                assertThat(mayBeLate || last > watermark)
                        .as(event.getBody().getClass() + " at an LSN that a watermark has covered")
                        .isTrue();
                watermark = event.getBody() instanceof Watermark ? event.getLsn() : watermark;
                all.add(new At(event, partition, offset));
            }
            assertThat(watermark).as("watermark of partition " + partition).isGreaterThanOrEqualTo(lsn);
        }
        all.sort(Comparator.<At>comparingLong(at -> at.event().getLsn())
                .thenComparingInt(At::partition)
                .thenComparingInt(At::offset));
        return all.stream().map(At::event).toList();
    }

    /**
     * Replays all records, and compares with the truth at the end and at cuts chosen at random.
     *
     * @return how many cuts were compared
     */
    int check(long lsn, Random random, int everyNth) {
        List<Source.Done> done = source.done.stream()
                .filter(change -> change.lsn() > 0)
                .sorted(Comparator.comparingLong(Source.Done::lsn))
                .toList();
        Replica replica = new Replica(topics, PARTITIONS);
        List<Event> events = merged(lsn);
        int cuts = 0;
        int next = 0;
        for (int i = 0; i < events.size() && events.get(i).getLsn() <= lsn; i++) {
            replica.take(events.get(i));
            long at = events.get(i).getLsn();
            boolean last = i + 1 == events.size() || events.get(i + 1).getLsn() > lsn;
            boolean border = last || events.get(i + 1).getLsn() > at;
            if (border && replica.mayBeCut() && (last || random.nextInt(everyNth) == 0)) {
                while (next < done.size() && done.get(next).lsn() <= at) {
                    done.get(next++).effect().accept(before);
                }
                assertSame(included(before.tree()), replica.tree(), "at " + Lsn.format(at));
                cuts++;
            }
        }
        assertThat(replica.mayBeCut()).isTrue();
        return cuts;
    }

    /** Of a tree what is not excluded. */
    Map<String, byte[]> included(Map<String, byte[]> tree) {
        Map<String, byte[]> left = new TreeMap<>(tree);
        left.keySet().removeIf(path -> roots.isExcluded(TreePath.of(path.getBytes(UTF_8))));
        return left;
    }

    static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found, String when) {
        assertThat(found.keySet()).as(when).isEqualTo(expected.keySet());
        expected.forEach((path, content) -> {
            byte[] other = found.get(path);
            if (!Arrays.equals(content, other)) {
                int at = content == null || other == null ? -1 : Arrays.mismatch(content, other);
                throw new AssertionError(when + ": " + path + " differs at " + at + " (" + length(content) + " and "
                        + length(other) + " bytes)");
            }
        });
    }

    private static int length(byte[] content) {
        return content == null ? -1 : content.length;
    }

    @Override
    public void close() throws IOException {
        if (thread != null) {
            thread.close();
        }
        workers.close();
        writer.close();
        ring.close();
        topics.close();
        files.close();
    }
}
