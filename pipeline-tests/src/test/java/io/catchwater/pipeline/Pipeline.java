package io.catchwater.pipeline;

import io.catchwater.bridge.Bridge;
import io.catchwater.bridge.BridgeSettings;
import io.catchwater.bridge.cut.CutCommandSettings;
import io.catchwater.cli.control.Deployment;
import io.catchwater.schemas.Exclusion;
import io.catchwater.schemas.Replication;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.event.UncoveredKind;
import io.catchwater.sink.Sink;
import io.catchwater.sink.SinkSettings;
import io.catchwater.sink.cut.UncoveredWords;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.restore.Restore;
import io.catchwater.sink.restore.RestoreListener;
import io.catchwater.sink.restore.RestorePoint;
import io.catchwater.sink.restore.RestoreResult;
import io.catchwater.sink.restore.RestoreSettings;
import io.catchwater.stream.StreamProcessor;
import io.catchwater.stream.StreamSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** All stages of one source, in this process; programs are started with {@link #environment}. */
public final class Pipeline implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration BASE = Duration.ofMinutes(4);
    private static final Duration CATCH_UP = Duration.ofMinutes(2);
    private static final String HOOK = "/native/linux-x86_64/libcatchwater.so";
    private static final AtomicInteger SOURCES = new AtomicInteger();

    /**
     * What is broken on purpose.
     *
     * @param disabledKinds that the hook does not record
     * @param windowRule false: chunks are put over what changed while they were read
     * @param ignoredPartition whose watermark the sink does not wait for
     * @param audited false: changes that the hook has missed are not looked for
     */
    public record Breakage(
            Set<Integer> disabledKinds, boolean windowRule, OptionalInt ignoredPartition, boolean audited) {

        public static final Breakage NONE = new Breakage(Set.of(), true, OptionalInt.empty(), true);

        public static final Breakage UNAUDITED = new Breakage(Set.of(), true, OptionalInt.empty(), false);

        public static Breakage disabledKind(int kind) {
            return new Breakage(Set.of(kind), true, OptionalInt.empty(), false);
        }

        public static Breakage withoutWindowRule() {
            return new Breakage(Set.of(), false, OptionalInt.empty(), false);
        }

        public static Breakage ignoredPartition(int partition) {
            return new Breakage(Set.of(), true, OptionalInt.of(partition), false);
        }
    }

    public final String source;
    public final Deployment kafka;
    public final Path replica;
    public final Bridge bridge;
    private final Workplace place;
    private final Path hook;
    private final Deque<AutoCloseable> stages = new ArrayDeque<>();
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Sink sink;

    /**
     * Starts everything, on the embedded broker of the tests.
     *
     * @param place for what the stages keep
     * @param directory to watch
     */
    public Pipeline(Workplace place, Path directory, Breakage breakage) throws Exception {
        this(place, directory, breakage, KafkaForTests.deployment());
    }

    /**
     * Starts everything.
     *
     * @param place for what the stages keep
     * @param directory to watch
     * @param kafka where its topics are
     */
    Pipeline(Workplace place, Path directory, Breakage breakage, Deployment kafka) throws Exception {
        this.place = place;
        this.kafka = kafka;
        this.source = "test-" + ProcessHandle.current().pid() + "-" + SOURCES.incrementAndGet();
        this.hook = hook(place.directory("hook"));
        this.replica = place.directory("replica");
        try {
            StreamProcessor stream = keep(StreamProcessor.start(streamSettings(breakage)));
            stream.awaitRunning(START);
            SinkSettings plain = SinkSettings.of(
                    source,
                    replica,
                    kafka.bootstrapServers(),
                    kafka.registryUrl(),
                    kafka.clientProperties(),
                    faults::add);
            this.sink = keep(Sink.start(
                    breakage.ignoredPartition().isPresent()
                            ? plain.withIgnoredWatermarkPartition(
                                    breakage.ignoredPartition().getAsInt())
                            : plain));
            this.bridge = keep(Bridge.start(bridgeSettings(directory, breakage)));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private StreamSettings streamSettings(Breakage breakage) throws IOException {
        return new StreamSettings(
                source,
                kafka.bootstrapServers(),
                kafka.registryUrl(),
                kafka.clientProperties(),
                place.directory("stream"),
                Topics.DEFAULT_PARTITIONS,
                Replication.SINGLE,
                breakage.windowRule(),
                faults::add);
    }

    private BridgeSettings bridgeSettings(Path directory, Breakage breakage) {
        return new BridgeSettings(
                source,
                List.of(directory),
                Exclusion.NONE,
                kafka.bootstrapServers(),
                kafka.registryUrl(),
                kafka.clientProperties(),
                BridgeSettings.DEFAULT_RING_DIRECTORY,
                BridgeSettings.DEFAULT_RING_BYTES,
                BridgeSettings.DEFAULT_FULL_WAIT,
                false,
                Topics.DEFAULT_PARTITIONS,
                OptionalLong.empty(),
                CutCommandSettings.NONE,
                breakage.disabledKinds(),
                breakage.audited(),
                faults::add);
    }

    private <T extends AutoCloseable> T keep(T stage) {
        stages.push(stage);
        return stage;
    }

    private static Path hook(Path directory) throws IOException {
        Path library = directory.resolve("libcatchwater.so");
        try (InputStream in = Pipeline.class.getResourceAsStream(HOOK)) {
            if (in == null) {
                throw new IOException("the hook is not on the class path: " + HOOK);
            }
            Files.copy(in, library);
        }
        return library;
    }

    /** What a program needs in its environment to be captured. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LD_PRELOAD", hook.toString());
        environment.put("CATCHWATER_RING", bridge.ring().toString());
        return environment;
    }

    /** Waits until everything that was there at the start is in the stream. */
    public void awaitBase() throws InterruptedException {
        long until = System.nanoTime() + BASE.toNanos();
        while (bridge.progress().copyFilesTotal() == 0 || bridge.progress().copying()) {
            requireSound();
            if (System.nanoTime() > until) {
                throw new IllegalStateException("the base copy does not end: " + bridge.progress());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Ends capture when the programs have ended; returns the LSN that the stream and the sink have to reach. */
    public long finish() throws Exception {
        requireSound();
        long lsn = bridge.finish();
        requireSound();
        return lsn;
    }

    /** Waits until the replica has everything up to an LSN. */
    public void awaitReplica(long lsn) throws Exception {
        sink.awaitApplied(lsn, CATCH_UP);
        requireSound();
    }

    /** What may have changed unseen, one line each, as the replica's status names it. */
    public List<String> uncovered() {
        List<Uncovered> facts = new ArrayList<>(sink.progress().uncovered());
        facts.removeIf(fact -> fact.getKind() == UncoveredKind.DETECTION_LIMITED);
        return UncoveredWords.lines(facts);
    }

    /** Everything that was put in order up to an LSN. */
    OrderedStream ordered(long lsn) {
        return OrderedStream.read(kafka, source, Topics.DEFAULT_PARTITIONS, lsn);
    }

    /**
     * Restores from Kafka alone, into a new directory, the newest state that is not later however old that is, to be
     * compared with the source: sockets too.
     */
    public RestoreResult restore(RestorePoint point) throws IOException {
        Path destination = place.directory("restored");
        KafkaAccess access = new KafkaAccess(kafka.bootstrapServers(), kafka.registryUrl(), kafka.clientProperties());
        RestoreSettings settings = RestoreSettings.of(source, point, destination, access)
                .withNearest(true)
                .withRunFilesKept(true);
        return Restore.run(settings, RestoreListener.NONE);
    }

    /** Throws what a stage has reported. */
    public void requireSound() {
        if (!faults.isEmpty()) {
            throw new IllegalStateException("a stage failed", faults.peek());
        }
    }

    /** The source's stages, last started first. Fails when one cannot be closed. */
    @Override
    public void close() {
        while (!stages.isEmpty()) {
            try {
                stages.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a stage does not close", e);
            }
        }
    }
}
