package io.catchwater.sink.cut;

import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Finds where to stop for a cut: at the LSN asked for, or, when something is open or missing there, at the next one where
 * nothing is. Missing is what a killed bridge had sent to some partitions only; the base copy of the next one brings it.
 *
 * <p>Used by one thread.
 */
public final class CutSeeker {

    /** Instead of a target: the next record after which nothing is open gives it. */
    public static final long LOOKING = -1;

    private final LongPredicate isTorn;
    private long target;

    /**
     * @param target LSN asked for, or what {@link #target()} gave in an earlier run
     * @param isTorn whether something before an LSN, of the same ring, is missing for ever
     */
    public CutSeeker(long target, LongPredicate isTorn) {
        this.target = target;
        this.isTorn = isTorn;
    }

    /** No record above this LSN may be applied now. */
    public long ceiling() {
        return target == LOOKING ? Long.MAX_VALUE : target;
    }

    /** For the checkpoint. */
    public long target() {
        return target;
    }

    /**
     * A record has been applied.
     *
     * @param isCut whether nothing is open after it
     */
    public void applied(long lsn, boolean isCut) {
        if (target == LOOKING && isCut && isComplete(lsn)) {
            target = lsn;
        }
    }

    /**
     * Asks whether the cut is reached.
     *
     * @param appliedLsn all records up to it are applied
     * @param isCut whether nothing is open
     * @return the cut, at which the tree is now
     */
    public OptionalLong reached(long appliedLsn, boolean isCut) {
        if (target == LOOKING || appliedLsn < target) {
            return OptionalLong.empty();
        }
        if (isCut && isComplete(target)) {
            return OptionalLong.of(target);
        }
        target = LOOKING;
        return OptionalLong.empty();
    }

    private boolean isComplete(long lsn) {
        return !isTorn.test(lsn + 1);
    }
}
