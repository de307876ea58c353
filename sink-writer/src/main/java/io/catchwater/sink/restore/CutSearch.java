package io.catchwater.sink.restore;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.CopyEnded;
import io.catchwater.schemas.event.CutRequested;
import io.catchwater.schemas.event.Uncovered;
import io.catchwater.schemas.operation.Operation;
import io.catchwater.sink.cut.CutLedger;
import java.util.Optional;

/**
 * Finds the newest cut that is not later than what was asked for, while the operations pass in order.
 *
 * <p>Times are those of the source's host, which may go back: the first operation in LSN order that is later than the time
 * asked for ends the search, and what belongs to one LSN belongs together. So no change with a later time is ever in the
 * result, and where a clock went back that may be less than there is.
 *
 * <p>Used by one thread.
 */
final class CutSearch {

    private final CutLedger ledger;
    private final long timeNs;
    private long endLsn;
    private long endTimeNs;
    private long lastLsn = Lsn.NONE;
    private long passedNs;
    private boolean stoppedByTime;

    /** Where the search ended. */
    sealed interface Found {

        /**
         * What has passed is the state to restore.
         *
         * @param lsn of the state
         * @param timeNs until which it is known to have been the source's, nanoseconds since 1970; not after the time asked for
         */
        record Here(long lsn, long timeNs) implements Found {}

        /**
         * Something is open here.
         *
         * @param opening where the last state before it is
         * @param lateNs how long before the moment asked for that is
         */
        record Inside(CutLedger.Opening opening, long lateNs) implements Found {}

        /** There was no state to restore so far. */
        record Nothing() implements Found {}
    }

    /**
     * @param ledger told of every operation, by this
     * @param endLsn nothing above it is wanted
     * @param endTimeNs until when nothing above it had happened; 0 when that is not known
     * @param timeNs nothing later is wanted; {@link Long#MAX_VALUE} when that does not matter
     */
    CutSearch(CutLedger ledger, long endLsn, long endTimeNs, long timeNs) {
        this.ledger = ledger;
        this.endLsn = endLsn;
        this.endTimeNs = endTimeNs;
        this.timeNs = timeNs;
    }

    /** The stream turns out to end earlier. */
    void endsAt(long lsn, long knownNs) {
        if (lsn < endLsn) {
            endLsn = Math.max(lsn, lastLsn);
            endTimeNs = knownNs;
        }
    }

    /** Nothing above it is wanted. */
    long endLsn() {
        return endLsn;
    }

    /** True when an operation, the next in order, is later than what was asked for: it must not pass. */
    boolean isBeyond(Operation operation) {
        if (operation.getLsn() > endLsn) {
            return true;
        }
        boolean belongsToLast = operation.getLsn() == lastLsn && !(operation.getBody() instanceof CopyEnded);
        stoppedByTime = !belongsToLast && tellsTime(operation) && operation.getTimeNs() > timeNs;
        return stoppedByTime;
    }

    /** What the bridge says beside the changes has the time at which it was said, and changes nothing. */
    private static boolean tellsTime(Operation operation) {
        return !(operation.getBody() instanceof CutRequested || operation.getBody() instanceof Uncovered);
    }

    /** An operation that is not beyond has passed. */
    void passed(int partition, long kafkaOffset, Operation operation) {
        ledger.applied(partition, kafkaOffset, operation);
        if (operation.getLsn() > lastLsn && tellsTime(operation)) {
            passedNs = Math.max(passedNs, operation.getTimeNs());
        }
        lastLsn = operation.getLsn();
    }

    /** What was found, when nothing that is wanted can come any more. */
    Found found() {
        if (ledger.isCut()) {
            return stoppedByTime ? new Found.Here(lastLsn, timeNs) : new Found.Here(endLsn, knownAtEnd());
        }
        Optional<CutLedger.Opening> opening = ledger.opening();
        if (opening.isEmpty()) {
            return new Found.Nothing();
        }
        long askedNs = timeNs == Long.MAX_VALUE ? Math.max(passedNs, endTimeNs) : timeNs;
        return new Found.Inside(
                opening.get(), Math.max(0, askedNs - opening.get().timeNs()));
    }

    private long knownAtEnd() {
        return Math.min(timeNs, Math.max(passedNs, endTimeNs));
    }
}
