package io.catchwater.sink;

import io.catchwater.files.Errno;
import io.catchwater.files.LinuxException;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.State;
import io.catchwater.schemas.control.Status;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.checkpoint.Checkpoint;
import io.catchwater.sink.checkpoint.CheckpointFile;
import io.catchwater.sink.control.AllowedPrefixes;
import io.catchwater.sink.control.Announcements;
import io.catchwater.sink.control.Catalog;
import io.catchwater.sink.control.CommandReader;
import io.catchwater.sink.control.DestinationRules;
import io.catchwater.sink.control.SnapshotRequests;
import io.catchwater.sink.control.SourceThrottle;
import io.catchwater.sink.control.Statuses;
import io.catchwater.sink.intake.ChunkReader;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.replica.Replica;
import io.catchwater.sink.replica.ReplicaPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a replica of one source current, and answers commands for it.
 *
 * <p>Two threads: one applies operations and makes snapshots, the other reads commands and tells the status. When either
 * cannot go on, both stop, and {@link SinkSettings#onFault} is told.
 */
public final class Sink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);
    private static final Duration COMMAND_POLL = Duration.ofMillis(200);
    private static final long STATUS_INTERVAL_NS = 1_000_000_000L;

    private final SinkSettings settings;
    /** Closed in the reverse order. */
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    private final SnapshotRequests requests;
    private final Thread applying;
    private final Thread commanding;
    private final ReplicaPlace place;
    private SinkLoop loop;
    private Announcements announcements;
    private CommandReader commands;
    private SnapshotMaking snapshots;
    private volatile boolean closing;
    private volatile Throwable fault;

    private Sink(SinkSettings settings) throws IOException {
        this.settings = settings;
        this.requests = keep(new SnapshotRequests());
        this.place = keep(ReplicaPlace.beside(settings.replica()));
        this.applying = new Thread(this::applyAll, "sink-" + settings.source());
        this.commanding = new Thread(this::answerAll, "sink-commands-" + settings.source());
    }

    /**
     * Starts a sink. The topics have to be there.
     *
     * @throws SinkException when the replica cannot be used or the stream does not continue it; nothing has been changed in
     *     the replica
     * @throws IOException when the file system fails
     */
    public static Sink start(SinkSettings settings) throws IOException {
        Sink sink = new Sink(settings);
        try {
            sink.open();
        } catch (IOException | RuntimeException e) {
            sink.closeResources();
            throw e;
        }
        sink.applying.start();
        sink.commanding.start();
        return sink;
    }

    private void open() throws IOException {
        AllowedPrefixes prefixes = keep(AllowedPrefixes.open(settings.allowedPrefixes()));
        keep(ReplicaLock.of(place));
        KafkaAccess kafka = settings.kafka();
        String source = settings.source();
        Catalog catalog = Catalog.read(kafka, source);
        CheckpointFile checkpoints = new CheckpointFile(place.side());
        Checkpoint checkpoint = new SinkStartup(settings, place, catalog).checkpoint(checkpoints);
        announcements = keep(new Announcements(kafka.producer(), source, catalog));
        OperationIntake intake = keep(new OperationIntake(
                kafka.consumer(),
                new RecordReader<>(kafka.serialization().deserializer(Operation.class)),
                source,
                SinkStartup.startOf(checkpoint),
                settings.bufferBytes(),
                settings.ignoredWatermarkPartition()));
        ChunkReader chunks = keep(new ChunkReader(
                kafka.consumer(),
                new RecordReader<>(kafka.serialization().deserializer(Chunk.class)),
                source,
                checkpoint.partitions().size()));
        SourceThrottle throttle = new SourceThrottle(settings.throttle());
        snapshots = new SnapshotMaking(source, place.root(), announcements, requests, () -> closing, () -> loop.look());
        loop = new SinkLoop(
                settings, checkpoint, intake, checkpoints, announcements, snapshots, throttle, () -> closing);
        long again = checkpoint.clean() ? 0 : intake.endOffsets().get(0);
        Replica replica = keep(new Replica(
                place,
                chunks,
                loop,
                SinkStartup.replicaStart(checkpoint, again),
                loop.throttle(),
                loop::whileThrottled));
        commands = keep(new CommandReader(
                kafka,
                source,
                place.root(),
                new DestinationRules.Fixed(place.directory(), prefixes),
                announcements,
                requests,
                throttle));
        loop.begin(replica);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.push(resource);
        return resource;
    }

    private void applyAll() {
        try {
            while (!closing) {
                loop.turn();
                signal();
            }
            if (fault == null) {
                loop.end();
            }
        } catch (Throwable e) {
            faulted(e);
        }
    }

    private void answerAll() {
        try {
            commands.begin();
            long lastStatusNs = 0;
            while (!closing) {
                commands.poll(COMMAND_POLL);
                snapshots.answerCancelled();
                if (System.nanoTime() - lastStatusNs >= STATUS_INTERVAL_NS) {
                    announcements.ofSource(status());
                    snapshots.tellWaiting(loop.progress());
                    lastStatusNs = System.nanoTime();
                }
            }
        } catch (Throwable e) {
            faulted(e);
        }
    }

    private void faulted(Throwable e) {
        synchronized (this) {
            if (fault != null
                    || (closing
                            && e instanceof SinkException stop
                            && stop.reason() == SinkException.Reason.CANCELLED)) {
                return;
            }
            fault = e;
            closing = true;
            notifyAll();
        }
        LOG.error("the sink of {} stops", settings.source(), e);
        Status status =
                Statuses.failed("", settings.source(), State.FAILED, errnoOf(e), String.valueOf(e.getMessage()));
        status.setPath(place.directory().toString());
        status.setLsn(loop.progress().appliedLsn());
        announcements.ofSource(status);
        settings.onFault().accept(e);
    }

    private static int errnoOf(Throwable e) {
        if (e instanceof SinkException known) {
            return known.errno();
        }
        return e instanceof LinuxException linux ? linux.errno() : Errno.EIO;
    }

    private Status status() {
        SinkProgress now = loop.progress();
        String phase = now.copyOpen() ? (now.operationsApplied() == 0 ? "waiting" : "copying") : "following";
        Status status = Statuses.of("", settings.source(), State.RUNNING, snapshots.isRunning() ? "sealing" : phase);
        status.setPath(place.directory().toString());
        status.setLsn(now.appliedLsn());
        status.setBytesDone(now.bytesApplied());
        status.setLagBytes(now.lagBytes());
        status.setLagSeconds(now.lagSeconds());
        Statuses.setUnseen(status, now.uncovered());
        status.setBytesPerSecond(now.pace().writtenPerSecond());
        status.setChangesPerSecond(now.pace().changesPerSecond());
        status.setThrottle(now.pace().throttle());
        status.setConverging(now.pace().converging());
        return status;
    }

    private synchronized void signal() {
        notifyAll();
    }

    /**
     * Waits until the replica has every change up to an LSN, and no copy is open.
     *
     * @param patience at most
     * @throws TimeoutException when it has not come so far in time
     * @throws SinkException when the sink has stopped
     */
    public synchronized void awaitApplied(long lsn, Duration patience)
            throws InterruptedException, TimeoutException, SinkException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!hasApplied(lsn)) {
            if (closing) {
                throw new SinkException(
                        SinkException.Reason.FAILED,
                        Errno.EIO,
                        "the sink has stopped" + (fault == null ? "" : ": " + fault.getMessage()),
                        fault);
            }
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new TimeoutException("the replica is at "
                        + Lsn.format(loop.progress().appliedLsn()) + ", not yet at " + Lsn.format(lsn));
            }
            wait(leftMs);
        }
    }

    private boolean hasApplied(long lsn) {
        SinkProgress now = loop.progress();
        return now.appliedLsn() >= lsn && !now.copyOpen() && now.settled();
    }

    /** How far it is; any thread may ask. */
    public SinkProgress progress() {
        return loop.progress();
    }

    /** Stops at the next operation, with everything applied on disk; a snapshot that is being made is made anew later. */
    @Override
    public void close() throws IOException {
        closing = true;
        signal();
        try {
            applying.join();
            commanding.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeResources();
    }

    private void closeResources() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                LOG.warn("while the sink of {} was closed", settings.source(), e);
            }
        }
    }
}
