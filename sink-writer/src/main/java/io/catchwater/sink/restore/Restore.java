package io.catchwater.sink.restore;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.schemas.control.SnapshotSealed;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.control.Catalog;
import io.catchwater.sink.intake.ChunkReader;
import io.catchwater.sink.intake.KafkaAccess;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.intake.RecordReader;
import io.catchwater.sink.intake.StreamEnds;
import io.catchwater.sink.replica.Barrier;
import io.catchwater.sink.replica.Replica;
import io.catchwater.sink.replica.ReplicaPlace;
import io.catchwater.sink.replica.ReplicaStart;
import io.catchwater.sink.runfiles.RunFile;
import io.catchwater.sink.seal.Manifest;
import io.catchwater.sink.seal.ManifestWriter;
import io.catchwater.sink.seal.RunFileSearch;
import io.catchwater.sink.seal.Sealing;
import io.catchwater.sink.seal.TreeSeal;
import io.catchwater.sink.seal.TreeWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Restores a source's directory as it was at a moment. Needs Kafka and the registry, nothing of the source and no
 * replica. The directory is sealed like a snapshot; one that is not complete is removed.
 */
public final class Restore {

    private final RestoreSettings settings;
    private final RestoreListener listener;

    private Restore(RestoreSettings settings, RestoreListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Says how it would be done, and touches nothing.
     *
     * @throws SinkException NO_SUCH_SOURCE, NO_SUCH_SNAPSHOT, NOT_RESTORABLE, GAP
     */
    public static RestorePlan plan(RestoreSettings settings) throws IOException {
        return new Restore(settings, RestoreListener.NONE).plan();
    }

    /**
     * Restores. Runs in the calling thread until it is done.
     *
     * @throws SinkException as {@link #plan}; DESTINATION_UNUSABLE; CANCELLED; FAILED when a record or the disk is at fault.
     *     The destination is then as it was
     */
    public static RestoreResult run(RestoreSettings settings, RestoreListener listener) throws IOException {
        return new Restore(settings, listener).run();
    }

    private RestorePlan plan() throws IOException {
        KafkaAccess kafka = settings.kafka();
        Catalog catalog = Catalog.read(kafka, settings.source());
        if (!catalog.sources().contains(settings.source())) {
            throw new SinkException(
                    Reason.NO_SUCH_SOURCE,
                    Errno.ENOENT,
                    "no such source: '" + settings.source() + "' is not in the catalog");
        }
        StreamEnds ends;
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            ends = StreamEnds.read(consumer, operations(), settings.source());
        }
        List<BaseComplete> usable = catalog.bases().stream()
                .filter(base -> isStillThere(base, ends.beginnings()))
                .toList();
        return plan(new BaseChoice(usable), catalog, ends);
    }

    private static boolean isStillThere(BaseComplete base, List<Long> beginnings) {
        List<Long> offsets = base.getOrderedOffsets();
        return offsets.size() == beginnings.size()
                && IntStream.range(0, offsets.size()).allMatch(i -> offsets.get(i) >= beginnings.get(i));
    }

    private RestorePlan plan(BaseChoice choice, Catalog catalog, StreamEnds ends) throws SinkException {
        RestorePoint point = settings.point();
        if (point instanceof RestorePoint.AtTime time) {
            if (time.timeNs() > ends.timeNs()) {
                throw new SinkException(
                        Reason.NOT_RESTORABLE,
                        Errno.ENODATA,
                        "the stream has not come so far; it is at " + Lsn.format(ends.completeLsn()));
            }
            return choice.forTime(time.timeNs(), ends.completeLsn());
        }
        if (point instanceof RestorePoint.Latest) {
            return choice.forLatest(ends.completeLsn());
        }
        long lsn = point instanceof RestorePoint.AtSnapshot snapshot
                ? cutOf(snapshot.id(), catalog)
                : ((RestorePoint.AtLsn) point).lsn();
        if (lsn > ends.completeLsn()) {
            throw new SinkException(
                    Reason.NOT_RESTORABLE,
                    Errno.ENODATA,
                    Lsn.format(lsn) + " cannot be restored: the stream has come to " + Lsn.format(ends.completeLsn()));
        }
        return choice.forLsn(lsn);
    }

    private static long cutOf(String id, Catalog catalog) throws SinkException {
        SnapshotSealed snapshot = catalog.snapshots().get(id);
        if (snapshot == null) {
            throw new SinkException(Reason.NO_SUCH_SNAPSHOT, Errno.ENOENT, "no such snapshot: '" + id + "'");
        }
        return snapshot.getLsn();
    }

    private RestoreResult run() throws IOException {
        RestorePlan plan = plan();
        boolean made = makeDestination();
        try {
            return fill(plan);
        } catch (IOException | RuntimeException e) {
            if (made) {
                Files.deleteIfExists(settings.destination());
            }
            throw e;
        }
    }

    private boolean makeDestination() throws IOException {
        Path destination = settings.destination();
        if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Path parent = destination.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            throw new SinkException(
                    Reason.DESTINATION_UNUSABLE,
                    Errno.ENOENT,
                    "cannot write to '" + destination + "': '" + parent + "' is no directory");
        }
        Files.createDirectory(destination);
        return true;
    }

    private RestoreResult fill(RestorePlan plan) throws IOException {
        Attempt attempt = attempt(plan);
        if (attempt.end() instanceof Replay.End.Reached) {
            return attempt.result();
        }
        if (attempt.end() instanceof Replay.End.BeyondBase beyond) {
            return fill(new Restore(settings.withPoint(new RestorePoint.AtLsn(beyond.lsn())), listener).plan());
        }
        long lastCut = ((Replay.End.OpenAtEnd) attempt.end()).lastCut();
        boolean latest = settings.point() instanceof RestorePoint.Latest;
        if (!latest || lastCut < plan.base().getFromLsn() || lastCut >= plan.targetLsn()) {
            throw new SinkException(
                    Reason.NOT_RESTORABLE,
                    Errno.ENODATA,
                    Lsn.format(plan.targetLsn()) + " lies inside a copy or a change that is not complete"
                            + (lastCut == Lsn.NONE ? "" : "; the last moment before it is " + Lsn.format(lastCut)));
        }
        String note = "the stream ends inside a copy or a change that is not complete; " + Lsn.format(lastCut)
                + " is the last moment before it";
        RestorePlan earlier = new RestorePlan(plan.base(), plan.requestedLsn(), lastCut, plan.timeNs(), note);
        Attempt second = attempt(earlier);
        if (!(second.end() instanceof Replay.End.Reached)) {
            throw new SinkException(Reason.NOT_RESTORABLE, Errno.ENODATA, note + ", and could not be reached");
        }
        return second.result();
    }

    /** One replay and how it ended; the result only when the end is Reached. */
    private record Attempt(Replay.End end, RestoreResult result) {}

    private Attempt attempt(RestorePlan plan) throws IOException {
        try (ReplicaPlace place = ReplicaPlace.inside(settings.destination())) {
            boolean done = false;
            try {
                Attempt attempt = replay(plan, place);
                done = attempt.result() != null;
                return attempt;
            } finally {
                if (!done) {
                    place.removeEverything();
                }
            }
        }
    }

    private Attempt replay(RestorePlan plan, ReplicaPlace place) throws IOException {
        KafkaAccess kafka = settings.kafka();
        List<Long> offsets = plan.base().getOrderedOffsets();
        FileStatus before = Attributes.status(place.root());
        try (OperationIntake intake = new OperationIntake(
                        kafka.consumer(),
                        operations(),
                        settings.source(),
                        OperationIntake.from(offsets),
                        settings.bufferBytes(),
                        OptionalInt.empty());
                ChunkReader chunks = new ChunkReader(
                        kafka.consumer(),
                        new RecordReader<>(kafka.serialization().deserializer(Chunk.class)),
                        settings.source(),
                        offsets.size());
                Replica replica = new Replica(place, chunks, Barrier.NONE, ReplicaStart.EMPTY)) {
            Replay replay = new Replay(plan, settings, intake, replica, listener);
            Replay.End end = replay.run();
            if (!(end instanceof Replay.End.Reached reached)) {
                Attributes.setModified(place.root(), before.modifiedNs());
                return new Attempt(end, null);
            }
            replica.settle();
            return new Attempt(end, seal(plan, place, reached, replay.uncovered()));
        }
    }

    private RestoreResult seal(
            RestorePlan plan, ReplicaPlace place, Replay.End.Reached reached, List<Uncovered> uncovered)
            throws IOException {
        long requested = plan.requestedLsn() == Lsn.NONE ? reached.lsn() : plan.requestedLsn();
        Manifest manifest = new Manifest(
                settings.source(),
                "restore-" + Lsn.format(reached.lsn()),
                reached.lsn(),
                requested,
                reached.timeNs(),
                uncovered);
        FileStatus root = Attributes.status(place.root());
        List<RunFile> leftOut = settings.keepsRunFiles() ? List.of() : RunFileSearch.removeFrom(place.root());
        ManifestWriter writer;
        try (Descriptor file = Sealing.openManifest(place.side())) {
            writer = new ManifestWriter(file, manifest.withLeftOut(leftOut));
            TreeWalk.walk(place.root(), new TreeSeal(writer, bytes -> sealing(bytes, reached.lsn())));
            writer.finish();
        }
        Sealing.seal(
                place.root(),
                place.side(),
                root,
                ExtendedAttributes.of(place.root()).read());
        return new RestoreResult(
                place.directory(),
                reached.lsn(),
                reached.timeNs(),
                writer.files(),
                writer.bytes(),
                note(plan, requested, reached.lsn()),
                uncovered,
                leftOut);
    }

    private static String note(RestorePlan plan, long requested, long lsn) {
        if (!plan.note().isEmpty() || requested == lsn) {
            return plan.note();
        }
        return Lsn.format(requested) + " lies inside a copy or a change of several parts; " + Lsn.format(lsn)
                + " is the next moment outside";
    }

    private void sealing(long bytes, long lsn) {
        listener.progress(new RestoreListener.Progress("sealing", bytes, 0, lsn, lsn));
    }

    private RecordReader<Operation> operations() {
        return new RecordReader<>(settings.kafka().serialization().deserializer(Operation.class));
    }
}
