package io.catchwater.stream;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.event.ChunkReference;
import io.catchwater.schemas.event.Created;
import io.catchwater.schemas.event.Event;
import io.catchwater.schemas.event.Gone;
import io.catchwater.schemas.event.ListingClosed;
import io.catchwater.schemas.event.NameChanged;
import io.catchwater.schemas.event.Truncated;
import io.catchwater.schemas.event.Watermark;
import io.catchwater.schemas.event.Written;
import java.util.Set;

/**
 * What the processor keeps of a partition as a whole, and what it makes of the order of its LSNs.
 *
 * @param lastLsn highest LSN of any record
 * @param lastChangeLsn highest LSN of a change
 * @param baseCopyId last base copy begun, or {@link Lsn#NONE}
 * @param listing the listing that is open or being sent
 * @param deferredFrom number of the first record that waits, until the names of a listing are sent
 * @param deferredTo number after the last record that waits
 */
record PartitionProgress(
        long lastLsn,
        long lastChangeLsn,
        long baseCopyId,
        ListingProgress listing,
        long deferredFrom,
        long deferredTo) {

    static final PartitionProgress NONE =
            new PartitionProgress(Lsn.NONE, Lsn.NONE, Lsn.NONE, ListingProgress.NONE, 0, 0);

    /** One LSN has one of these at most in a partition. */
    private static final Set<Class<?>> CHANGES =
            Set.of(Written.class, Truncated.class, Created.class, NameChanged.class);

    /** Saying it again later says nothing. */
    private static final Set<Class<?>> REPEATABLE = Set.of(Gone.class, Watermark.class);

    /** What was read ends no later than at their LSN, so that all changes up to there must have come before. */
    private static final Set<Class<?>> WINDOW_ENDS = Set.of(ChunkReference.class, ListingClosed.class);

    /** What the order of LSNs makes of a record. */
    enum Verdict {
        /** In order. One that opens a window, or asks for something, may be late: it counts from the last LSN on. */
        IN_ORDER,
        /** Known: to be dropped. */
        KNOWN,
        /** It should have come before others that have been sent on: a cut there would be wrong. */
        TOO_LATE
    }

    Verdict judge(Event event) {
        Class<?> type = event.getBody().getClass();
        boolean change = CHANGES.contains(type);
        if (change && event.getLsn() <= lastChangeLsn) {
            return Verdict.KNOWN;
        }
        if (event.getLsn() >= lastLsn) {
            return Verdict.IN_ORDER;
        }
        if (REPEATABLE.contains(type)) {
            return Verdict.KNOWN;
        }
        return change || WINDOW_ENDS.contains(type) ? Verdict.TOO_LATE : Verdict.IN_ORDER;
    }

    /** After a record that is {@link Verdict#IN_ORDER}. */
    PartitionProgress after(Event event) {
        boolean change = CHANGES.contains(event.getBody().getClass());
        return new PartitionProgress(
                Math.max(lastLsn, event.getLsn()),
                change ? event.getLsn() : lastChangeLsn,
                baseCopyId,
                listing,
                deferredFrom,
                deferredTo);
    }

    PartitionProgress withBase(long copyId) {
        return new PartitionProgress(lastLsn, lastChangeLsn, copyId, listing, deferredFrom, deferredTo);
    }

    PartitionProgress withListing(ListingProgress other) {
        return new PartitionProgress(lastLsn, lastChangeLsn, baseCopyId, other, deferredFrom, deferredTo);
    }

    PartitionProgress withDeferred(long from, long to) {
        return new PartitionProgress(lastLsn, lastChangeLsn, baseCopyId, listing, from, to);
    }

    /** True while records have to wait, for names or for records before them. */
    boolean isBehind() {
        return listing.isSending() || hasDeferred();
    }

    boolean hasDeferred() {
        return deferredFrom < deferredTo;
    }
}
