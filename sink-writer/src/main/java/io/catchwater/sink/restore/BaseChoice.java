package io.catchwater.sink.restore;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Chooses the base copy from which a moment can be reached.
 *
 * @param bases those whose records are still there, the earliest first
 */
record BaseChoice(List<BaseComplete> bases) {

    private static final long NS_PER_MS = 1_000_000L;

    /**
     * For an LSN: the newest base that covers it, so that the replay is short.
     *
     * @throws SinkException NOT_RESTORABLE or GAP, with the times that can be restored
     */
    RestorePlan forLsn(long lsn) throws SinkException {
        Optional<BaseComplete> covering = last(base -> covers(base, lsn));
        if (covering.isPresent()) {
            return RestorePlan.toLsn(covering.get(), lsn, lsn);
        }
        Optional<BaseComplete> before = last(base -> base.getFromLsn() <= lsn);
        Optional<BaseComplete> after =
                bases.stream().filter(base -> base.getFromLsn() > lsn).findFirst();
        if (before.isEmpty() || after.isEmpty()) {
            throw outside(Lsn.format(lsn));
        }
        if (before.get().getToLsn() + 1 < after.get().getCopyId()) {
            throw new SinkException(
                    Reason.GAP, Errno.ENODATA, "changes are missing around " + Lsn.format(lsn) + "; " + windows());
        }
        return RestorePlan.toLsn(after.get(), lsn, after.get().getFromLsn());
    }

    /** For the end of the stream; when a new base copy is under way there, for the last moment before it. */
    RestorePlan forLatest(long endLsn) throws SinkException {
        Optional<BaseComplete> newest = last(base -> base.getFromLsn() <= endLsn);
        if (newest.isEmpty() || covers(newest.get(), endLsn)) {
            return forLsn(endLsn);
        }
        return RestorePlan.before(newest.get(), newest.get().getToLsn());
    }

    /** For a time, up to the end of the stream. As {@link #forLsn}. */
    RestorePlan forTime(long timeNs, long endLsn) throws SinkException {
        BaseComplete base = last(each -> each.getFromTimeNs() <= timeNs)
                .orElseThrow(
                        () -> outside(Instant.ofEpochMilli(timeNs / NS_PER_MS).toString()));
        return RestorePlan.toTime(base, timeNs, endLsn);
    }

    /** True when every moment from the base on up to the LSN is in the stream. */
    static boolean covers(BaseComplete base, long lsn) {
        return base.getFromLsn() <= lsn && (base.getToLsn() == 0 || lsn <= base.getToLsn());
    }

    private Optional<BaseComplete> last(Predicate<BaseComplete> wanted) {
        return bases.stream().filter(wanted).reduce((first, second) -> second);
    }

    private SinkException outside(String moment) {
        return new SinkException(Reason.NOT_RESTORABLE, Errno.ENODATA, moment + " cannot be restored; " + windows());
    }

    private String windows() {
        if (bases.isEmpty()) {
            return "nothing can be: no base copy is complete";
        }
        return bases.stream()
                .map(base -> "from " + Lsn.format(base.getFromLsn())
                        + (base.getToLsn() == 0 ? " on" : " to " + Lsn.format(base.getToLsn())))
                .collect(Collectors.joining(", ", "can be: ", ""));
    }
}
