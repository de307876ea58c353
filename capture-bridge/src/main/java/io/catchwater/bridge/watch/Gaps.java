package io.catchwater.bridge.watch;

import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import java.util.Optional;

/**
 * Between which LSNs something may have been changed unseen. A gap begins at the last moment of which it is known that
 * nothing had been, and ends when an audit has proved that the stream holds everything again. One thread.
 */
final class Gaps {

    /** Of when something is known. */
    record Moment(long lsn, long timeNs) {}

    private Moment good;
    private Gap open;

    /** @param beginning of capture: nothing has been missed yet */
    Gaps(Moment beginning) {
        this.good = beginning;
    }

    /**
     * Somebody has looked who has files open.
     *
     * @param at before the look
     * @param doubt what speaks against captured changes only, for a reader; empty when nothing does
     * @param whole whether the kernel has told everything that was changed unseen: without, nothing found proves nothing
     * @return a gap that begins with this
     */
    Optional<Gap> looked(Moment at, String doubt, boolean whole) {
        if (open != null) {
            return Optional.empty();
        }
        if (!doubt.isEmpty()) {
            return Optional.of(begin(doubt));
        }
        if (whole) {
            good = at;
        }
        return Optional.empty();
    }

    /**
     * An audit has ended.
     *
     * @param at its end
     * @param doubt what it has found, for a reader; empty when it has found nothing
     * @param proof whether the stream holds everything now
     * @return a gap that begins or ends with this
     */
    Optional<Gap> audited(Moment at, String doubt, boolean proof) {
        boolean begins = open == null && !doubt.isEmpty();
        if (begins) {
            begin(doubt);
        }
        if (!proof) {
            return begins ? Optional.of(open) : Optional.empty();
        }
        Optional<Gap> ended = Optional.ofNullable(open);
        ended.ifPresent(gap -> {
            gap.setToLsn(at.lsn());
            gap.setToTimeNs(at.timeNs());
        });
        open = null;
        good = at;
        return ended;
    }

    private Gap begin(String doubt) {
        open = new Gap(good.lsn(), good.timeNs(), 0L, 0L, GapKind.UNCAPTURED, doubt);
        return open;
    }

    /** When the gap that is open began, nanoseconds since 1970; 0 when none is. */
    long openSinceNs() {
        return open == null ? 0 : open.getFromTimeNs();
    }
}
