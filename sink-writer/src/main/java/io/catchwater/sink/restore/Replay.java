package io.catchwater.sink.restore;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.NewFile;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.schemas.operation.RemoveTree;
import io.catchwater.schemas.operation.Resize;
import io.catchwater.schemas.operation.WriteBytes;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.CutSeeker;
import io.catchwater.sink.cut.UncoveredLedger;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.Replica;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Applies operations from a base copy on until the wanted cut is reached. For one thread. */
final class Replay {

    private static final int OPERATIONS_PER_TURN = 1000;
    private static final Duration POLL = Duration.ofMillis(100);
    /** For so long a stream that brings nothing more may still close what is open at its end. */
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

    private final RestorePlan plan;
    private final RestoreSettings settings;
    private final OperationIntake intake;
    private final OrderedMerge<Operation> merge;
    private final CutLedger ledger;
    private final Replica replica;
    private final RestoreListener listener;
    private final UncoveredLedger uncovered = new UncoveredLedger(List.of());
    private CutSeeker seeker;
    private long appliedTimeNs;
    private long lastLsn;

    /** How the replay ended. */
    sealed interface End {

        /** The tree is the source at this LSN. */
        record Reached(long lsn, long timeNs) implements End {}

        /** The stream ends inside something open, which nobody closes; a cut before it was possible here. */
        record OpenAtEnd(long lastCut) implements End {}

        /** The time wanted lies behind the last LSN that this base reaches. */
        record BeyondBase(long lsn) implements End {}
    }

    Replay(
            RestorePlan plan,
            RestoreSettings settings,
            OperationIntake intake,
            Replica replica,
            RestoreListener listener) {
        this.plan = plan;
        this.settings = settings;
        this.intake = intake;
        this.merge = intake.merge();
        this.ledger = new CutLedger(plan.base().getOrderedOffsets().size(), CutLedger.State.BEGINNING);
        this.replica = replica;
        this.listener = listener;
        this.seeker = plan.timeNs().isPresent() ? null : new CutSeeker(plan.targetLsn());
    }

    End run() throws IOException {
        long lastProgressNs = System.nanoTime();
        while (true) {
            if (settings.cancelled().getAsBoolean()) {
                throw new SinkException(Reason.CANCELLED, Errno.ECANCELED, "cancelled");
            }
            int read = intake.poll(next() == null ? POLL : Duration.ZERO);
            int applied = applyReady();
            if (seeker == null && applied == 0 && beyond(merge.appliedLsn())) {
                return new End.BeyondBase(merge.appliedLsn() + 1);
            }
            if (seeker == null && next() == null && merge.appliedLsn() >= plan.targetLsn()) {
                // Nothing later than the time wanted is in the stream.
                seeker = new CutSeeker(plan.targetLsn());
            }
            OptionalLong cut = reached();
            if (cut.isPresent()) {
                return new End.Reached(cut.getAsLong(), appliedTimeNs);
            }
            listener.progress(new RestoreListener.Progress(
                    "replaying",
                    replica.bytesApplied(),
                    replica.operationsApplied(),
                    merge.appliedLsn(),
                    plan.targetLsn()));
            long nowNs = System.nanoTime();
            if (applied > 0 || (read > 0 && seeker != null && seeker.target() != CutSeeker.LOOKING)) {
                lastProgressNs = nowNs;
            } else if (nowNs - lastProgressNs > PATIENCE_AT_END.toNanos()) {
                return new End.OpenAtEnd(ledger.lastCut());
            }
        }
    }

    private OrderedMerge.Entry<Operation> next() {
        return merge.peek(seeker == null ? Long.MAX_VALUE : seeker.ceiling());
    }

    private int applyReady() throws IOException {
        int count = 0;
        for (OrderedMerge.Entry<Operation> entry = next();
                entry != null && count < OPERATIONS_PER_TURN;
                entry = next()) {
            if (seeker == null && isTooLate(entry.item())) {
                // Records of one LSN belong together.
                seeker = new CutSeeker(Math.max(lastLsn, entry.lsn() - 1));
                break;
            }
            if (seeker == null && beyond(entry.lsn())) {
                break;
            }
            apply(entry);
            count++;
        }
        return count;
    }

    /** Only changes are: what the bridge says by itself has the time at which it was said. */
    private boolean isTooLate(Operation operation) {
        Object body = operation.getBody();
        boolean isChange = body instanceof WriteBytes
                || body instanceof Resize
                || body instanceof NewFile
                || body instanceof NameChanged
                || body instanceof RemoveTree
                || body instanceof Gone;
        return isChange
                && ledger.isCut()
                && operation.getTimeNs() > plan.timeNs().orElseThrow();
    }

    private boolean beyond(long lsn) {
        return plan.base().getToLsn() != 0 && lsn > plan.base().getToLsn();
    }

    private void apply(OrderedMerge.Entry<Operation> entry) throws IOException {
        Operation operation = entry.item();
        replica.apply(entry.partition(), entry.kafkaOffset(), operation);
        ledger.applied(entry.partition(), entry.kafkaOffset(), operation);
        merge.remove(entry);
        replica.takeUnkept().forEach(uncovered::add);
        if (operation.getBody() instanceof Uncovered seen) {
            uncovered.add(seen);
        }
        if (seeker != null) {
            seeker.applied(operation.getLsn(), ledger.isCut());
        }
        lastLsn = operation.getLsn();
        appliedTimeNs = Math.max(appliedTimeNs, operation.getTimeNs());
    }

    private OptionalLong reached() {
        if (seeker == null || next() != null) {
            return OptionalLong.empty();
        }
        return seeker.reached(merge.appliedLsn(), ledger.isCut());
    }

    /** What may have changed unseen. */
    List<Uncovered> uncovered() {
        return uncovered.facts();
    }

    /** For messages. */
    @Override
    public String toString() {
        return "replay at " + Lsn.format(merge.appliedLsn());
    }
}
