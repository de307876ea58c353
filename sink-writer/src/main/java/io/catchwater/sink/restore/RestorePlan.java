package io.catchwater.sink.restore;

import io.catchwater.schemas.control.BaseComplete;
import io.catchwater.sink.control.RestorableWindows.Window;

/**
 * Up to where a restore may go.
 *
 * @param window in which it ends
 * @param endLsn nothing above it is wanted
 * @param endTimeNs until when nothing above it had happened, nanoseconds since 1970; 0 when that is not known
 * @param timeNs nothing later is wanted; {@link Long#MAX_VALUE} when that does not matter
 */
record RestorePlan(Window window, long endLsn, long endTimeNs, long timeNs) {

    static RestorePlan toTime(Window window, long timeNs) {
        return new RestorePlan(window, window.toLsn(), window.toTimeNs(), timeNs);
    }

    static RestorePlan toLsn(Window window, long lsn) {
        return new RestorePlan(window, lsn, lsn == window.toLsn() ? window.toTimeNs() : 0, Long.MAX_VALUE);
    }

    static RestorePlan toEnd(Window window) {
        return toLsn(window, window.toLsn());
    }

    /** The same up to an LSN at which a cut is known to fall, and to have been the source's state until some time. */
    RestorePlan exactly(long lsn, long knownNs) {
        return new RestorePlan(window, lsn, knownNs, Long.MAX_VALUE);
    }

    BaseComplete base() {
        return window.base();
    }
}
