package io.catchwater.sink.restore;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyBegun;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.cut.CutLedger;
import io.catchwater.sink.cut.UncoveredLedger;
import io.catchwater.sink.intake.KnownEnd;
import io.catchwater.sink.intake.OperationIntake;
import io.catchwater.sink.merge.OrderedMerge;
import io.catchwater.sink.replica.OperationReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Applies operations from a base copy on, as far as a plan lets them pass. For one thread. */
final class Replay {

    private static final int OPERATIONS_PER_TURN = 1000;
    private static final Duration POLL = Duration.ofMillis(100);
    /** For so long Kafka may bring nothing of what it is known to have. */
    private static final Duration STALL_LIMIT = Duration.ofMinutes(1);

    private final RestorePlan plan;
    private final RestoreSettings settings;
    private final OperationIntake intake;
    private final OrderedMerge<Operation> merge;
    private final CutSearch search;
    private final OperationReceiver target;
    private final RestoreListener listener;
    private final UncoveredLedger uncovered = new UncoveredLedger(List.of());
    private boolean ended;

    Replay(
            RestorePlan plan,
            RestoreSettings settings,
            OperationIntake intake,
            OperationReceiver target,
            RestoreListener listener) {
        this.plan = plan;
        this.settings = settings;
        this.intake = intake;
        this.merge = intake.merge();
        this.target = target;
        this.listener = listener;
        CutLedger ledger = new CutLedger(plan.base().getOrderedOffsets().size(), CutLedger.State.BEGINNING);
        this.search = new CutSearch(ledger, plan.endLsn(), plan.endTimeNs(), plan.timeNs());
    }

    CutSearch.Found run() throws IOException {
        long lastProgressNs = System.nanoTime();
        while (true) {
            if (settings.cancelled().getAsBoolean()) {
                throw new SinkException(Reason.CANCELLED, Errno.ECANCELED, "cancelled");
            }
            int read = intake.poll(merge.peek(Long.MAX_VALUE) == null ? POLL : Duration.ZERO);
            int applied = applyReady();
            if (ended || merge.appliedLsn() >= search.endLsn()) {
                return search.found();
            }
            listener.progress(new RestoreListener.Progress(
                    "replaying",
                    target.bytesApplied(),
                    target.operationsApplied(),
                    merge.appliedLsn(),
                    search.endLsn()));
            long nowNs = System.nanoTime();
            if (applied > 0 || read > 0) {
                lastProgressNs = nowNs;
            } else if (nowNs - lastProgressNs > STALL_LIMIT.toNanos()) {
                throw new SinkException(
                        Reason.FAILED,
                        Errno.EIO,
                        "Kafka brings nothing more at " + Lsn.format(merge.appliedLsn()) + ", though it has up to "
                                + Lsn.format(search.endLsn()));
            }
        }
    }

    private int applyReady() throws IOException {
        int count = 0;
        OrderedMerge.Entry<Operation> entry = merge.peek(Long.MAX_VALUE);
        while (entry != null && count < OPERATIONS_PER_TURN) {
            endWhereTheStreamBreaks(entry);
            ended = search.isBeyond(entry.item());
            if (ended) {
                break;
            }
            apply(entry);
            count++;
            entry = merge.peek(Long.MAX_VALUE);
        }
        return count;
    }

    /** The catalog tells, but only once a sink has seen it. */
    private void endWhereTheStreamBreaks(OrderedMerge.Entry<Operation> next) {
        long ring = Lsn.incarnation(next.lsn());
        if (next.item().getBody() instanceof CopyBegun begun
                && begun.getBase()
                && begun.getCopyId() > plan.base().getCopyId()) {
            boolean sameRing = ring == Lsn.incarnation(plan.base().getCopyId());
            KnownEnd.Point end = sameRing
                    ? new KnownEnd.Point(begun.getGapFromLsn() - 1, next.item().getTimeNs())
                    : intake.known().before(ring);
            search.endsAt(Math.min(end.lsn(), next.lsn() - 1), end.timeNs());
        } else if (intake.known().isTorn(next.lsn())) {
            KnownEnd.Point end = intake.known().before(ring + 1);
            search.endsAt(end.lsn(), end.timeNs());
        }
    }

    private void apply(OrderedMerge.Entry<Operation> entry) throws IOException {
        Operation operation = entry.item();
        target.apply(entry.partition(), entry.kafkaOffset(), operation);
        search.passed(entry.partition(), entry.kafkaOffset(), operation);
        merge.remove(entry);
        target.takeUnkept().forEach(uncovered::add);
        if (operation.getBody() instanceof Uncovered seen) {
            uncovered.add(seen);
        }
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
