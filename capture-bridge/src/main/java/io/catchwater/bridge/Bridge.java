package io.catchwater.bridge;

import io.catchwater.bridge.control.CommandListener;
import io.catchwater.bridge.control.CommandedRate;
import io.catchwater.bridge.control.Incarnations;
import io.catchwater.bridge.control.OpenGaps;
import io.catchwater.bridge.control.SourceCommands;
import io.catchwater.bridge.copy.Copies;
import io.catchwater.bridge.copy.CopyLimits;
import io.catchwater.bridge.copy.Throttle;
import io.catchwater.bridge.copy.Workers;
import io.catchwater.bridge.cut.CommandedCuts;
import io.catchwater.bridge.cut.Cuts;
import io.catchwater.bridge.drain.DrainLoop;
import io.catchwater.bridge.drain.DrainThread;
import io.catchwater.bridge.publish.EventLog;
import io.catchwater.bridge.publish.KafkaChunkSink;
import io.catchwater.bridge.publish.KafkaEventSink;
import io.catchwater.bridge.publish.Producers;
import io.catchwater.bridge.ring.Credentials;
import io.catchwater.bridge.ring.DeadWriters;
import io.catchwater.bridge.ring.ProcLiveness;
import io.catchwater.bridge.ring.RingAccess;
import io.catchwater.bridge.ring.RingDefinition;
import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.RingReader;
import io.catchwater.bridge.source.CapturedProcesses;
import io.catchwater.bridge.source.NotCapturedReasons;
import io.catchwater.bridge.source.NoticedChanges;
import io.catchwater.bridge.source.SettledRing;
import io.catchwater.bridge.source.SourceFiles;
import io.catchwater.bridge.source.SourceRoots;
import io.catchwater.bridge.source.UncapturedChanges;
import io.catchwater.bridge.source.UncapturedWriters;
import io.catchwater.bridge.watch.CaptureWatch;
import io.catchwater.bridge.watch.HostProcesses;
import io.catchwater.bridge.watch.WatchTopics;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.CommandParser;
import io.catchwater.schemas.Serialization;
import io.catchwater.schemas.Topics;
import io.catchwater.schemas.control.CatalogEntry;
import io.catchwater.schemas.control.Command;
import io.catchwater.schemas.control.Gap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source's bridge: makes its ring, drains it to Kafka, and copies what the captured changes rest on.
 *
 * <p>The topics must exist. Any thread may call anything.
 */
public final class Bridge implements AutoCloseable {

    private static final Path PROC = Path.of("/proc");
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    private static final long CHUNK_BUFFER_BYTES = CopyLimits.BYTES_UNDER_WAY + (CopyLimits.BYTES_UNDER_WAY >> 1);

    private static final Duration PRODUCER_CLOSE = Duration.ofSeconds(10);

    private final BridgeSettings settings;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CompletableFuture<Long> fault = new CompletableFuture<>();
    private RingFile ring;
    private RingReader reader;
    private EventLog log;
    private Throttle throttle;
    private Copies copies;
    private DrainLoop loop;
    private DrainThread thread;
    private CaptureWatch watch;

    /** Null when no commands are run beside cuts. */
    private CommandedCuts commandedCuts;

    private boolean closed;

    private Bridge(BridgeSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts a bridge: when this returns programs can be started with {@link #ring} in CATCHWATER_RING.
     *
     * @throws IOException when a directory is missing or can't be read, the ring can't be made, or another bridge
     *     serves the source on this host
     * @throws IllegalArgumentException when the directories don't go together, or the topics' partitions are not as
     *     many as the settings say
     * @throws ExecutionException when Kafka refuses
     * @throws InterruptedException when the thread is interrupted; nothing is left behind
     */
    public static Bridge start(BridgeSettings settings) throws IOException, ExecutionException, InterruptedException {
        Bridge bridge = new Bridge(settings);
        try {
            bridge.open();
            return bridge;
        } catch (IOException | ExecutionException | InterruptedException | RuntimeException e) {
            bridge.close();
            throw e;
        }
    }

    private static String clusterId(Map<String, Object> client) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client)) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private void open() throws IOException, ExecutionException, InterruptedException {
        SourceRoots roots = SourceRoots.of(settings.directories(), settings.exclusion());
        SourceFiles files = keep(SourceFiles.open(roots));
        Map<String, Object> client = new HashMap<>(settings.clientProperties());
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        Rings rings = new Rings(settings.ringDirectory(), settings.source(), clusterId(client));
        rings.removeStale();

        Serialization serialization = new Serialization(settings.registryUrl(), settings.clientProperties());
        Producer<String, byte[]> events =
                keepProducer(Producers.events(settings.bootstrapServers(), settings.clientProperties()));
        Producer<String, byte[]> chunks = keepProducer(
                Producers.chunks(settings.bootstrapServers(), settings.clientProperties(), CHUNK_BUFFER_BYTES));
        requirePartitions(events, Topics.events(settings.source()));
        requirePartitions(chunks, Topics.chunks(settings.source()));
        List<Path> directories =
                roots.roots().stream().map(SourceRoots.Root::directory).toList();
        long incarnation = new Incarnations(settings.source(), serialization).next(client, events, directories);

        RingDefinition definition = new RingDefinition(
                incarnation,
                settings.ringBytes(),
                settings.fullWait(),
                roots.roots().stream().map(SourceRoots.Root::bytes).toList(),
                settings.disabledKinds(),
                settings.ioUringAllowed());
        ring = keep(RingFile.create(
                rings.path(incarnation),
                definition,
                RingAccess.of(files.directories(), Credentials.of(PROC.resolve("self")))));
        NotCapturedReasons reasons = new NotCapturedReasons(PROC, ring.access());
        reader = new RingReader(ring);
        log = new EventLog(
                new KafkaEventSink(events, serialization.serializer(), settings.source()),
                incarnation,
                settings.partitions(),
                this::fail);
        CommandParser parser = new CommandParser(serialization.deserializer(Command.class));
        CommandedRate commanded = CommandedRate.read(settings.source(), client, parser);
        throttle = new Throttle(
                settings.copyBytesPerSecond().orElse(commanded.bytesPerSecond().orElse(BridgeSettings.UNLIMITED)));
        CapturedProcesses captured = new CapturedProcesses();
        UncapturedChanges changes = settings.audited() ? listen(roots, captured, reasons) : UncapturedChanges.NONE;
        Workers workers = keep(new Workers(this::fail));
        UncapturedWriters writers = new UncapturedWriters(PROC, roots, ring.segment(), ring.path(), reasons::of);
        copies = new Copies(
                log,
                ring,
                files,
                writers,
                changes,
                new KafkaChunkSink(chunks, serialization::serializer, settings.source()),
                workers,
                throttle,
                CopyLimits.WINDOW_BYTES,
                this::fail);
        if (!settings.audited()) {
            copies.endAudits();
        }
        DeadWriters deadWriters = new DeadWriters(ring, reader, captured.among(new ProcLiveness(PROC)));
        loop = new DrainLoop(ring, reader, log, roots, copies, deadWriters, captured);
        WatchTopics topics = new WatchTopics(settings.source(), events, serialization);
        endGaps(topics, client, serialization);
        watch = new CaptureWatch(
                settings.source(),
                new HostProcesses(writers, captured.programs(), PROC, ring.segment()),
                changes,
                log::drainedLsn,
                ring::tail,
                loop::requestAudit,
                topics);
        copies.tell(watch);
        thread = keep(new DrainThread(settings.source(), loop, this::fail));
        if (settings.audited()) {
            keep(watch).start();
        }
        if (!settings.cutCommands().isNone()) {
            commandedCuts = keep(new CommandedCuts(
                    settings.source(),
                    settings.cutCommands(),
                    new LoopCuts(),
                    events,
                    serialization.serializer(),
                    this::fail));
        }
        keep(new CommandListener(settings.source(), client, parser, commanded, new Commands(), this::fail));
        LOG.info("source {}: ring {} of {} bytes", settings.source(), ring.path(), settings.ringBytes());
    }

    /** What an earlier bridge has left open ends where this one begins. */
    private void endGaps(WatchTopics topics, Map<String, Object> client, Serialization serialization) {
        for (Gap gap : OpenGaps.read(settings.source(), client, serialization.deserializer(CatalogEntry.class))) {
            gap.setToLsn(log.lsn(reader.position()));
            gap.setToTimeNs(EventLog.nowNs());
            topics.gap(gap);
        }
    }

    /** Obeys commands. */
    private final class Commands implements SourceCommands {

        @Override
        public CompletableFuture<?> snapshot(String commandId) {
            return commandedCuts == null ? loop.requestCut(commandId) : commandedCuts.snapshot(commandId);
        }

        @Override
        public void throttle(long bytesPerSecond) {
            LOG.info(
                    "source {}: copies keep to {} bytes per second (-1 is no limit)",
                    settings.source(),
                    bytesPerSecond);
            throttle.set(bytesPerSecond);
        }
    }

    /** Asks for cuts. */
    private final class LoopCuts implements Cuts {

        @Override
        public CompletableFuture<Long> request(String commandId) {
            return loop.requestCut(commandId);
        }

        @Override
        public CompletableFuture<Long> refuse(String commandId, String reason) {
            return loop.refuseCut(commandId, reason);
        }

        @Override
        public boolean canBeNow() {
            return copies.isIdle();
        }
    }

    private UncapturedChanges listen(SourceRoots roots, CapturedProcesses captured, NotCapturedReasons reasons) {
        SettledRing settled = new SettledRing(ring, log::drainedPosition);
        try {
            return keep(NoticedChanges.start(PROC, roots, captured, ring.segment(), reasons::of, settled));
        } catch (LinuxException e) {
            LOG.info(
                    "source {}: what is changed without being captured is found by change times only, and seldom who did it: {}",
                    settings.source(),
                    e.getMessage());
            return UncapturedChanges.NONE;
        }
    }

    private void requirePartitions(Producer<String, byte[]> producer, String topic) {
        int partitions = producer.partitionsFor(topic).size();
        if (partitions != settings.partitions()) {
            throw new IllegalArgumentException(
                    topic + " has " + partitions + " partitions, not " + settings.partitions());
        }
    }

    /** Left alone, a producer would wait for its deliveries as long as they may take. */
    private Producer<String, byte[]> keepProducer(Producer<String, byte[]> producer) {
        opened.push(() -> producer.close(PRODUCER_CLOSE));
        return producer;
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    /** The first failure ends everything; capture is off before anybody is told. */
    private void fail(Throwable reason) {
        if (!fault.completeExceptionally(reason)) {
            return;
        }
        LOG.error("source {}: the bridge can't go on: {}", settings.source(), reason.toString(), reason);
        synchronized (this) {
            if (ring != null && !closed) {
                ring.deactivate();
            }
            if (thread != null) {
                thread.stop();
            }
            if (watch != null) {
                watch.stop();
            }
        }
        settings.onFault().accept(reason);
    }

    /** The ring's file: the value of CATCHWATER_RING for the programs to be captured. */
    public Path ring() {
        return ring.path();
    }

    /** Every change up to this LSN has been sent. */
    public long drainedLsn() {
        return log.drainedLsn();
    }

    /** Programs that began under the hook so far. */
    public int processesSeen() {
        return loop.processes();
    }

    /** How far it is. */
    public BridgeProgress progress() {
        synchronized (this) {
            return new BridgeProgress(
                    log.drainedLsn(),
                    log.acknowledgedLsn(),
                    closed ? 0 : reader.lag(),
                    closed ? 0 : ring.overruns(),
                    loop.processes(),
                    !copies.isIdle(),
                    copies.counts().filesTotal(),
                    copies.counts().filesDone(),
                    copies.counts().bytesTotal(),
                    copies.counts().bytesDone(),
                    throttle.bytesPerSecond());
        }
    }

    /**
     * To be called when the captured programs have ended: what dead writers left is healed, mapped files are read again,
     * every copy is complete, and all of it, with watermarks, is in Kafka when this returns.
     *
     * @return the LSN that the sink has to reach
     * @throws ExecutionException when the bridge has failed, or fails meanwhile; the cause says why
     */
    public long finish() throws ExecutionException, InterruptedException {
        return (Long) CompletableFuture.anyOf(loop.finish(), fault).get();
    }

    /**
     * Turns capture off, ends all threads and removes the ring. What is still in it is lost; {@link #finish} before it
     * where nothing may be.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (ring != null) {
                ring.deactivate();
            }
        }
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            try {
                if (resource == ring && thread != null && !thread.hasEnded()) {
                    LOG.error("source {}: the drain thread does not end; its ring stays mapped", settings.source());
                    ring.removeName();
                    continue;
                }
                resource.close();
            } catch (Exception e) {
                LOG.warn("source {}: closing: {}", settings.source(), e.toString());
            }
        }
    }
}
