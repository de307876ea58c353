package io.catchwater.sink.restore;

import io.catchwater.files.Errno;
import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.GapKind;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.SinkException.Reason;
import io.catchwater.sink.control.RestorableWindows;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.cut.CutLedger;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Decides which window a moment asked for belongs to, and whether a state before that moment may stand for it.
 *
 * @param windows of which the records are still there
 * @param nearest whether the newest state before the moment is taken however old it is
 */
record MomentChoice(RestorableWindows windows, boolean nearest) {

    /** Where the state at a moment is not known, one that is so much older is taken without asking. */
    static final long TOLERANCE_NS = TimeUnit.SECONDS.toNanos(1);

    /** @throws SinkException NOT_RESTORABLE or GAP, with the moments around it that can be restored */
    RestorePlan plan(RestorePoint point) throws SinkException {
        if (point instanceof RestorePoint.AtTime time) {
            return forTime(time);
        }
        if (point instanceof RestorePoint.AtLsn at) {
            return forLsn(at);
        }
        return RestorePlan.toEnd(windows.last().orElseThrow(() -> outside(point, Optional.empty())));
    }

    private RestorePlan forTime(RestorePoint.AtTime point) throws SinkException {
        long timeNs = point.timeNs();
        Window window = windows.atOrBefore(timeNs).orElseThrow(() -> outside(point, Optional.empty()));
        require(point, window, timeNs - window.toTimeNs());
        Optional<Gap> hole = window.holes().stream()
                .filter(gap -> gap.getFromTimeNs() + TOLERANCE_NS < timeNs && timeNs < gap.getToTimeNs())
                .findFirst();
        if (hole.isPresent() && !nearest) {
            throw inside(point, hole.get());
        }
        return RestorePlan.toTime(window, timeNs);
    }

    private RestorePlan forLsn(RestorePoint.AtLsn point) throws SinkException {
        long lsn = point.lsn();
        Optional<Window> window = windows.atOrBeforeLsn(lsn);
        if (window.isEmpty()) {
            throw outside(point, window);
        }
        if (lsn <= window.get().toLsn()) {
            return RestorePlan.toLsn(window.get(), lsn);
        }
        // Its time is not known, but that of what comes after it is.
        long lateNs = windows.after(window)
                .map(next -> next.fromTimeNs() - window.get().toTimeNs())
                .orElse(Long.MAX_VALUE);
        require(point, window.get(), lateNs);
        return RestorePlan.toEnd(window.get());
    }

    /** Where times went back, or something was open at its beginning, a window may have no state that is not later. */
    RestorePlan earlier(RestorePoint point, Window window) throws SinkException {
        Window before = windows.before(window).orElseThrow(() -> outside(point, Optional.empty()));
        if (point instanceof RestorePoint.AtTime time) {
            require(point, before, time.timeNs() - before.toTimeNs());
            return RestorePlan.toTime(before, time.timeNs());
        }
        if (point instanceof RestorePoint.AtLsn) {
            require(point, before, window.fromTimeNs() - before.toTimeNs());
        }
        return RestorePlan.toEnd(before);
    }

    private void require(RestorePoint asked, Window window, long lateNs) throws SinkException {
        if (lateNs > TOLERANCE_NS && !nearest) {
            throw outside(asked, Optional.of(window));
        }
    }

    /** @throws SinkException GAP unless the state before what is open may be taken */
    void requireNear(RestorePoint point, CutLedger.Opening opening, long lateNs) throws SinkException {
        if (lateNs > TOLERANCE_NS && !nearest && !(point instanceof RestorePoint.Latest)) {
            throw new SinkException(
                    Reason.GAP,
                    Errno.ENODATA,
                    text(point) + " cannot be restored: " + opening.what() + " was under way since "
                            + MomentText.momentTime(opening.timeNs()) + "; the newest moment before it is "
                            + MomentText.moment(opening.lastCut(), opening.timeNs()) + ", "
                            + MomentText.duration(lateNs) + " earlier, which --nearest takes");
        }
    }

    private static SinkException inside(RestorePoint point, Gap hole) {
        return new SinkException(
                Reason.GAP,
                Errno.ENODATA,
                text(point) + " cannot be restored: " + MomentText.why(hole)
                        + " was under way; the newest moment before"
                        + " it is " + MomentText.moment(hole.getFromLsn(), hole.getFromTimeNs())
                        + ", which --nearest takes; the first after it is "
                        + MomentText.moment(hole.getToLsn(), hole.getToTimeNs()));
    }

    private static String text(RestorePoint point) {
        if (point instanceof RestorePoint.AtTime time) {
            return MomentText.asOfTime(time.timeNs());
        }
        return point instanceof RestorePoint.AtLsn at ? Lsn.format(at.lsn()) : "the newest state";
    }

    /** A moment that no window holds; the last that begins before it is given. */
    SinkException outside(RestorePoint point, Optional<Window> before) {
        String asked = text(point);
        if (windows.last().isEmpty()) {
            return new SinkException(
                    Reason.NOT_RESTORABLE,
                    Errno.ENODATA,
                    asked + " cannot be restored: no base copy is complete and still in Kafka");
        }
        String earlier = before.map(window -> "; the newest moment before it is "
                        + MomentText.moment(window.toLsn(), window.toTimeNs()) + ", which --nearest takes")
                .orElse("; nothing before it can be");
        String later = windows.after(before)
                .map(window -> "; the first after it is " + MomentText.moment(window.fromLsn(), window.fromTimeNs()))
                .orElse("; nothing after it can be");
        String why = before.map(window -> window.goingOn() ? "the stream has not come so far" : MomentText.why(window))
                .orElse("it is before the first base copy was complete");
        return new SinkException(
                isGap(before) ? Reason.GAP : Reason.NOT_RESTORABLE,
                Errno.ENODATA,
                asked + " cannot be restored: " + why + earlier + later);
    }

    private static boolean isGap(Optional<Window> before) {
        return before.flatMap(Window::endedBy)
                .filter(gap -> gap.getKind() == GapKind.UNCAPTURED || gap.getKind() == GapKind.LOST)
                .isPresent();
    }
}
