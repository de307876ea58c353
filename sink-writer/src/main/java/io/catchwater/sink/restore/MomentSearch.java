package io.catchwater.sink.restore;

import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.RestorableWindows.Window;
import io.catchwater.sink.intake.KnownEnd;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the newest state that is not later than the moment asked for, by attempts: where the first ends inside something
 * open, the next ends before it, if that state may stand for the moment. For one thread, once.
 */
final class MomentSearch {

    private final RestorePoint point;
    private final KnownEnd.Point end;
    private final MomentChoice choice;
    /** Before an attempt: why the state that it leads to is not quite that of the moment. */
    private String note = "";
    /** How long before the moment that state is, where that does not follow from its time. */
    private long beforeNs;

    /**
     * @param point asked for; the cut of a snapshot is an LSN
     * @param end how far the stream has come
     */
    MomentSearch(RestorePoint point, KnownEnd.Point end, MomentChoice choice) {
        this.point = point;
        this.end = end;
        this.choice = choice;
    }

    /** The state that an attempt led to is accepted. */
    record Accepted(long lsn, long timeNs, long beforeNs, String note) {}

    /** Asked by an attempt whether the state that it led to may be kept. */
    interface Judge {

        /**
         * @return empty when the state lies before the window, and another attempt is due
         * @throws SinkException when no other attempt can do better
         */
        Optional<Accepted> judge(CutSearch.Found.Here here) throws SinkException;
    }

    /** Replays once. */
    interface Attempt {
        Ending take(RestorePlan plan, Judge judge) throws IOException;
    }

    /** How an attempt ended: with a result, or null, where it found a state that may be kept. */
    record Ending(CutSearch.Found found, RestoreResult result) {}

    /** @throws SinkException when there is no such state, or none that may stand for the moment */
    RestoreResult by(Attempt attempt) throws IOException {
        RestorePlan plan = choice.plan(point);
        while (true) {
            RestorePlan present = plan;
            Ending ending = attempt.take(plan, here -> accept(present, here));
            if (ending.result() != null) {
                return ending.result();
            }
            plan = ending.found() instanceof CutSearch.Found.Inside inside
                            && inside.opening().lastCut() >= plan.window().fromLsn()
                    ? before(plan, inside)
                    : choice.earlier(point, plan.window());
        }
    }

    private RestorePlan before(RestorePlan plan, CutSearch.Found.Inside inside) throws SinkException {
        choice.requireNear(point, inside.opening(), inside.lateNs());
        beforeNs = inside.lateNs();
        note = inside.opening().what() + " was under way since "
                + MomentText.momentTime(inside.opening().timeNs());
        return plan.exactly(inside.opening().lastCut(), inside.opening().timeNs());
    }

    private Optional<Accepted> accept(RestorePlan plan, CutSearch.Found.Here here) throws SinkException {
        if (here.lsn() < plan.window().fromLsn()) {
            return Optional.empty();
        }
        long timeNs = here.timeNs();
        if (point instanceof RestorePoint.AtTime time) {
            timeNs = Math.min(timeNs, time.timeNs());
            beforeNs = time.timeNs() - timeNs;
        } else if (point instanceof RestorePoint.Latest) {
            beforeNs = Math.max(0, end.timeNs() - timeNs);
        }
        boolean late = !(point instanceof RestorePoint.Latest) && beforeNs > MomentChoice.TOLERANCE_NS;
        boolean brokenOff = point instanceof RestorePoint.AtLsn && here.lsn() < plan.endLsn();
        if ((late || brokenOff) && !choice.nearest()) {
            throw choice.outside(point, Optional.of(plan.window()));
        }
        return Optional.of(new Accepted(here.lsn(), timeNs, beforeNs, noteOn(plan.window(), here.lsn())));
    }

    private String noteOn(Window window, long lsn) {
        if (!note.isEmpty() || !isOutside(window, lsn)) {
            return note;
        }
        return window.goingOn() ? "the stream has not come further" : MomentText.why(window);
    }

    private boolean isOutside(Window window, long lsn) {
        if (point instanceof RestorePoint.AtTime time) {
            return time.timeNs() > window.toTimeNs();
        }
        if (point instanceof RestorePoint.AtLsn wanted) {
            return wanted.lsn() > window.toLsn();
        }
        return !window.goingOn() && end.lsn() > lsn;
    }
}
