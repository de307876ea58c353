package io.catchwater.sink;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.checkpoint.Checkpoint;
import io.catchwater.sink.checkpoint.CheckpointFile;
import io.catchwater.sink.control.Announcements;
import io.catchwater.sink.control.SourceThrottle;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.CutSeeker;
import io.catchwater.sink.cut.SavedUncovered;
import io.catchwater.sink.cut.UncoveredLedger;
import io.catchwater.sink.intake.KnownEnd;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.Barrier;
import io.catchwater.sink.replica.Replica;
import io.catchwater.sink.throttle.Throttle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * The duty of a sink: read, apply in order, stop at cuts, write checkpoints. One thread runs it; {@link #progress} may be
 * called by any.
 */
final class SinkLoop implements Barrier {

    private static final Duration IDLE_POLL = Duration.ofMillis(50);
    /** After so many operations the loop looks around: for its end, for a checkpoint that is due, for more to read. */
    private static final int OPERATIONS_PER_TURN = 1000;
    /** How often the position is written down when nothing was applied. */
    private static final Duration IDLE_CHECKPOINT_INTERVAL = Duration.ofMinutes(1);

    private static final long NS_PER_MS = 1_000_000L;

    private final SinkSettings settings;
    private final Checkpoint start;
    private final OperationIntake intake;
    private final OrderedMerge<Operation> merge;
    private final CutLedger ledger;
    private final CheckpointFile checkpoints;
    private final Announcements announcements;
    private final CutMaker cuts;
    private final SourceThrottle rate;
    private final Throttle throttle;
    private final BooleanSupplier closing;
    private final PaceMeter paceMeter = new PaceMeter();
    private final Deque<Checkpoint.PendingCut> pendingCuts;
    private final UncoveredLedger uncovered;
    private Replica replica;
    private CutSeeker seeker;
    private long appliedTimeNs;
    private long checkpointNumber;
    private boolean dirty;
    private boolean settled = true;
    private long lastCheckpointNs = System.nanoTime();
    private volatile SinkProgress progress;

    /** Makes what a cut is wanted for. */
    interface CutMaker {

        /** The replica is the source at a cut, on disk, and stands still until this returns. */
        void at(Checkpoint.PendingCut wanted, long cutLsn, long timeNs, List<Uncovered> uncovered) throws IOException;

        /** There will be no cut for a command. */
        void refused(String commandId, String reason) throws IOException;
    }

    SinkLoop(
            SinkSettings settings,
            Checkpoint start,
            OperationIntake intake,
            CheckpointFile checkpoints,
            Announcements announcements,
            CutMaker cuts,
            SourceThrottle rate,
            BooleanSupplier closing) {
        this.settings = settings;
        this.start = start;
        this.intake = intake;
        this.merge = intake.merge();
        this.ledger = new CutLedger(start.partitions().size(), start.ledger());
        this.checkpoints = checkpoints;
        this.announcements = announcements;
        this.cuts = cuts;
        this.rate = rate;
        this.throttle = new Throttle(rate::bytesPerSecond);
        this.closing = closing;
        this.pendingCuts = new ArrayDeque<>(start.pendingCuts());
        this.uncovered = new UncoveredLedger(start.facts());
        this.seeker = pendingCuts.isEmpty() ? null : newSeeker(start.cutTarget());
        this.appliedTimeNs = start.appliedTimeNs();
        this.checkpointNumber = start.number();
        this.progress = new SinkProgress(
                start.appliedLsn(),
                appliedTimeNs,
                ledger.isCopyOpen(),
                false,
                true,
                0,
                0,
                0,
                0,
                Pace.NONE,
                uncovered.facts());
    }

    /** Holds what is written to the replica to its rate. */
    Throttle throttle() {
        return throttle;
    }

    /** The replica may not be written to for some time: others are told how far it is, and an end is noticed. */
    void whileThrottled(double secondsLeft) throws IOException {
        if (closing.getAsBoolean()) {
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "the sink is closing");
        }
        look();
    }

    /** Takes the replica, which needs this as its barrier. To be called once, before anything else. */
    void begin(Replica target) throws IOException {
        replica = target;
        if (start.clean()) {
            writeCheckpoint(null, false);
        }
    }

    /** One turn. Waits a little when there is nothing to do. */
    void turn() throws IOException {
        boolean ready = merge.peek(ceiling()) != null;
        intake.poll(ready ? Duration.ZERO : IDLE_POLL);
        int applied = applyReady();
        if (applied == 0) {
            replica.settle();
            settled = true;
        }
        makeCutIfReached();
        checkpointIfDue();
        tellOfALongCopy();
        look();
    }

    private long ceiling() {
        return seeker == null ? Long.MAX_VALUE : seeker.ceiling();
    }

    private int applyReady() throws IOException {
        int count = 0;
        OrderedMerge.Entry<Operation> entry = merge.peek(ceiling());
        while (entry != null && count < OPERATIONS_PER_TURN) {
            apply(entry);
            count++;
            entry = merge.peek(ceiling());
        }
        return count;
    }

    private void apply(OrderedMerge.Entry<Operation> entry) throws IOException {
        Operation operation = entry.item();
        replica.apply(entry.partition(), entry.kafkaOffset(), operation);
        boolean wasCut = ledger.isCut();
        Optional<CutLedger.Note> note = ledger.applied(entry.partition(), entry.kafkaOffset(), operation);
        if (note.isPresent()) {
            announce(note.get(), operation);
        } else if (!wasCut
                && ledger.isCut()
                && !isBaseEnded(operation)
                && ledger.opening().isPresent()) {
            announcements.gaps().closed(ledger.opening().get(), operation.getLsn(), operation.getTimeNs());
        }
        replica.takeUnkept().forEach(uncovered::add);
        if (operation.getBody() instanceof CutRequested cut && !cut.getRefusal().isEmpty()) {
            cuts.refused(cut.getCommandId(), cut.getRefusal());
        } else if (operation.getBody() instanceof CutRequested cut) {
            pendingCuts.add(new Checkpoint.PendingCut(cut.getCommandId(), operation.getLsn()));
            seekNextCut();
        } else if (operation.getBody() instanceof Uncovered seen) {
            uncovered.add(seen);
        }
        merge.remove(entry);
        if (seeker != null) {
            seeker.applied(operation.getLsn(), ledger.isCut());
        }
        appliedTimeNs = Math.max(appliedTimeNs, operation.getTimeNs());
        dirty = true;
        settled = false;
    }

    private static boolean isBaseEnded(Operation operation) {
        return operation.getBody() instanceof CopyEnded ended && ended.getBase();
    }

    private void announce(CutLedger.Note note, Operation operation) throws IOException {
        if (note instanceof CutLedger.Note.BaseBegun begun) {
            uncovered.clear();
            KnownEnd.Point before =
                    intake.known().before(Lsn.incarnation(begun.copy().copyId()));
            announcements.baseBegun(begun, operation.getTimeNs(), before, ledger.opening());
        } else if (note instanceof CutLedger.Note.BaseEnded ended) {
            announcements.baseEnded(ended.copy());
        }
    }

    private CutSeeker newSeeker(long target) {
        return new CutSeeker(target, lsn -> intake.known().isTorn(lsn));
    }

    private void seekNextCut() {
        if (seeker == null && !pendingCuts.isEmpty()) {
            seeker = newSeeker(pendingCuts.element().requestedLsn());
        }
    }

    private void makeCutIfReached() throws IOException {
        if (seeker == null || merge.peek(ceiling()) != null) {
            return;
        }
        OptionalLong cutLsn = seeker.reached(merge.appliedLsn(), ledger.isCut());
        if (cutLsn.isEmpty()) {
            return;
        }
        writeCheckpoint(null, false);
        Checkpoint.PendingCut wanted = pendingCuts.element();
        boolean asWanted = cutLsn.getAsLong() == wanted.requestedLsn();
        cuts.at(wanted, cutLsn.getAsLong(), appliedTimeNs, asWanted ? uncovered.facts() : uncovered.ofLaterCut());
        uncovered.cutMade();
        pendingCuts.remove();
        seeker = null;
        seekNextCut();
    }

    private void checkpointIfDue() throws IOException {
        Duration interval = dirty ? settings.checkpointInterval() : IDLE_CHECKPOINT_INTERVAL;
        if (System.nanoTime() - lastCheckpointNs >= interval.toNanos() && !replica.isReconciling()) {
            writeCheckpoint(null, false);
        }
    }

    @Override
    public void before(Intent intent) throws IOException {
        writeCheckpoint(intent, false);
    }

    private void writeCheckpoint(Intent intent, boolean clean) throws IOException {
        if (dirty) {
            replica.sync();
        }
        checkpointNumber++;
        OperationIntake.Start resumption = intake.resumption();
        checkpoints.write(new Checkpoint(
                Checkpoint.FORMAT_VERSION,
                checkpointNumber,
                start.source(),
                start.clusterId(),
                start.topicId(),
                start.replicaInode(),
                clean,
                merge.appliedLsn(),
                appliedTimeNs,
                resumption.knownTimeNs(),
                resumption.partitions(),
                resumption.awaitingBase(),
                ledger.state(),
                List.copyOf(pendingCuts),
                seeker == null ? CutSeeker.LOOKING : seeker.target(),
                replica.newSinceBase(),
                List.of(),
                uncovered.facts().stream().map(SavedUncovered::of).toList(),
                intent));
        dirty = intent != null;
        lastCheckpointNs = System.nanoTime();
        replica.checkpointed(checkpointNumber);
    }

    /** Takes a look at how far it is, for {@link #progress}. Only for the thread that runs it. */
    void look() {
        boolean waiting = !merge.isEmpty() || intake.lagBytes() > 0;
        double ageSeconds = (System.currentTimeMillis() * 1e6 - appliedTimeNs) / 1e9;
        progress = new SinkProgress(
                merge.appliedLsn(),
                appliedTimeNs,
                ledger.isCopyOpen(),
                ledger.isCut(),
                settled,
                replica.bytesApplied(),
                replica.operationsApplied(),
                intake.lagBytes(),
                waiting && appliedTimeNs > 0 ? Math.max(0, ageSeconds) : 0,
                pace(),
                uncovered.facts());
    }

    private void tellOfALongCopy() throws IOException {
        if (ledger.opening().isPresent() && ledger.isCopyOpen() && !ledger.isBaseOpen()) {
            announcements.gaps().open(ledger.opening().get(), System.currentTimeMillis() * NS_PER_MS);
        }
    }

    private Pace pace() {
        long nowNs = System.nanoTime();
        if (!paceMeter.isDue(nowNs)) {
            return progress.pace();
        }
        intake.lookAhead();
        return paceMeter.add(
                new PaceMeter.Sample(
                        nowNs,
                        replica.bytesApplied(),
                        intake.changeBytesRead(),
                        intake.recordsRead(),
                        intake.recordsAhead()),
                rate.bytesPerSecond());
    }

    SinkProgress progress() {
        return progress;
    }

    /** The last thing: everything applied is on disk, and nothing beyond it. Not after a fault. */
    void end() throws IOException {
        if (!replica.isReconciling()) {
            writeCheckpoint(null, !replica.isApplyingAgain());
        }
    }
}
