package io.catchwater.sink.restore;

import io.catchwater.files.Attributes;
import io.catchwater.files.Descriptor;
import io.catchwater.files.Errno;
import io.catchwater.files.ExtendedAttributes;
import io.catchwater.files.FileStatus;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.Chunk;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.intake.ChunkReader;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.intake.RecordReader;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

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
     * Finds the state that would be restored, and what is in it, and writes nothing.
     *
     * @throws SinkException as {@link #run}
     */
    public static RestoreResult rehearse(RestoreSettings settings, RestoreListener listener) throws IOException {
        return new Restore(settings, listener).rehearse();
    }

    /**
     * Restores. Runs in the calling thread until it is done.
     *
     * @throws SinkException NO_SUCH_SOURCE, NO_SUCH_SNAPSHOT; NOT_RESTORABLE or GAP, with the moments that can be restored;
     *     DESTINATION_UNUSABLE; CANCELLED; FAILED when a record or the disk is at fault. The destination is then as it was
     */
    public static RestoreResult run(RestoreSettings settings, RestoreListener listener) throws IOException {
        return new Restore(settings, listener).run();
    }

    private RestoreResult rehearse() throws IOException {
        return StreamLook.open(settings).by((plan, judge) -> {
            try (OperationIntake intake = intake(plan)) {
                TreeTally tally = new TreeTally();
                Replay replay = new Replay(plan, settings, intake, tally, listener);
                CutSearch.Found found = replay.run();
                Optional<MomentSearch.Accepted> state = judged(found, judge);
                return new MomentSearch.Ending(
                        found,
                        state.isEmpty()
                                ? null
                                : result(
                                        settings.destination(),
                                        state.get(),
                                        tally.files(),
                                        tally.bytes(),
                                        replay,
                                        List.of()));
            }
        });
    }

    private static Optional<MomentSearch.Accepted> judged(CutSearch.Found found, MomentSearch.Judge judge)
            throws SinkException {
        return found instanceof CutSearch.Found.Here here ? judge.judge(here) : Optional.empty();
    }

    private static RestoreResult result(
            Path destination,
            MomentSearch.Accepted state,
            long files,
            long bytes,
            Replay replay,
            List<RunFile> leftOut) {
        return new RestoreResult(
                destination,
                state.lsn(),
                state.timeNs(),
                state.beforeNs(),
                files,
                bytes,
                state.note(),
                replay.uncovered(),
                leftOut);
    }

    private RestoreResult run() throws IOException {
        AtomicBoolean made = new AtomicBoolean();
        try {
            return StreamLook.open(settings).by((plan, judge) -> {
                if (makeDestination()) {
                    made.set(true);
                }
                return attempt(plan, judge);
            });
        } catch (IOException | RuntimeException e) {
            if (made.get()) {
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

    private MomentSearch.Ending attempt(RestorePlan plan, MomentSearch.Judge judge) throws IOException {
        try (ReplicaPlace place = ReplicaPlace.inside(settings.destination())) {
            FileStatus before = Attributes.status(place.root());
            boolean done = false;
            try {
                MomentSearch.Ending ending = replay(plan, judge, place);
                done = ending.result() != null;
                return ending;
            } finally {
                if (!done) {
                    place.removeEverything();
                    Attributes.setModified(place.root(), before.modifiedNs());
                }
            }
        }
    }

    private MomentSearch.Ending replay(RestorePlan plan, MomentSearch.Judge judge, ReplicaPlace place)
            throws IOException {
        try (OperationIntake intake = intake(plan);
                ChunkReader chunks = new ChunkReader(
                        settings.kafka().consumer(),
                        new RecordReader<>(settings.kafka().serialization().deserializer(Chunk.class)),
                        settings.source(),
                        plan.base().getOrderedOffsets().size());
                Replica replica = new Replica(place, chunks, Barrier.NONE, ReplicaStart.EMPTY)) {
            Replay replay = new Replay(plan, settings, intake, replica, listener);
            CutSearch.Found found = replay.run();
            Optional<MomentSearch.Accepted> state = judged(found, judge);
            if (state.isEmpty()) {
                return new MomentSearch.Ending(found, null);
            }
            replica.settle();
            return new MomentSearch.Ending(found, seal(place, state.get(), replay));
        }
    }

    private OperationIntake intake(RestorePlan plan) throws SinkException {
        return new OperationIntake(
                settings.kafka().consumer(),
                new RecordReader<>(settings.kafka().serialization().deserializer(Operation.class)),
                settings.source(),
                OperationIntake.from(plan.base().getOrderedOffsets()),
                settings.bufferBytes(),
                OptionalInt.empty());
    }

    private RestoreResult seal(ReplicaPlace place, MomentSearch.Accepted state, Replay replay) throws IOException {
        long requested = settings.point() instanceof RestorePoint.AtLsn at ? at.lsn() : state.lsn();
        Manifest manifest = new Manifest(
                settings.source(),
                "restore-" + Lsn.format(state.lsn()),
                state.lsn(),
                requested,
                state.timeNs(),
                replay.uncovered());
        FileStatus root = Attributes.status(place.root());
        List<RunFile> leftOut = settings.keepsRunFiles() ? List.of() : RunFileSearch.removeFrom(place.root());
        ManifestWriter writer;
        try (Descriptor file = Sealing.openManifest(place.side())) {
            writer = new ManifestWriter(file, manifest.before(state.beforeNs()).withLeftOut(leftOut));
            TreeWalk.walk(place.root(), new TreeSeal(writer, bytes -> sealing(bytes, state.lsn())));
            writer.finish();
        }
        Sealing.seal(
                place.root(),
                place.side(),
                root,
                ExtendedAttributes.of(place.root()).read());
        return result(place.directory(), state, writer.files(), writer.bytes(), replay, leftOut);
    }

    private void sealing(long bytes, long lsn) {
        listener.progress(new RestoreListener.Progress("sealing", bytes, 0, lsn, lsn));
    }
}
