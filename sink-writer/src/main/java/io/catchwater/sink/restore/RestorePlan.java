package io.catchwater.sink.restore;

import io.catchwater.schemas.Lsn;
import io.catchwater.schemas.control.BaseComplete;
import java.util.OptionalLong;

/**
 * How a moment will be restored.
 *
 * @param base where the replay begins
 * @param requestedLsn the moment asked for, as far as its LSN is known before the replay
 * @param targetLsn at which to stop at the latest, or at the next cut after it
 * @param timeNs stop before the first change later than this, nanoseconds since 1970
 * @param note why it is not quite the moment asked for; empty when it is
 */
public record RestorePlan(BaseComplete base, long requestedLsn, long targetLsn, OptionalLong timeNs, String note) {

    static RestorePlan toLsn(BaseComplete base, long requestedLsn, long targetLsn) {
        String note = requestedLsn == targetLsn
                ? ""
                : Lsn.format(requestedLsn) + " lies inside a base copy; " + Lsn.format(targetLsn)
                        + ", where it is complete, is the next moment that can be restored";
        return new RestorePlan(base, requestedLsn, targetLsn, OptionalLong.empty(), note);
    }

    static RestorePlan before(BaseComplete base, long lsn) {
        String note = "a base copy is under way; " + Lsn.format(lsn) + " is the last moment before it";
        return new RestorePlan(base, lsn, lsn, OptionalLong.empty(), note);
    }

    static RestorePlan toTime(BaseComplete base, long timeNs, long endLsn) {
        return new RestorePlan(base, Lsn.NONE, endLsn, OptionalLong.of(timeNs), "");
    }
}
