package io.catchwater.sink;

import io.catchwater.schemas.event.Uncovered;
import java.util.List;

/**
 * How far a sink is.
 *
 * @param appliedLsn the replica has every change up to it
 * @param appliedTimeNs time of the newest operation applied, nanoseconds since 1970
 * @param copyOpen true while a copy is not complete: the replica is no tree that the source ever had
 * @param cut true when the replica is exactly the source at {@code appliedLsn}
 * @param settled true when every file has its modification time
 * @param bytesApplied since the start
 * @param operationsApplied since the start
 * @param lagBytes captured and not applied
 * @param lagSeconds age of the newest operation applied while there are newer ones, else 0
 * @param pace how fast it writes, and how fast there is more to write
 * @param uncovered what may have changed unseen
 */
public record SinkProgress(
        long appliedLsn,
        long appliedTimeNs,
        boolean copyOpen,
        boolean cut,
        boolean settled,
        long bytesApplied,
        long operationsApplied,
        long lagBytes,
        double lagSeconds,
        Pace pace,
        List<Uncovered> uncovered) {}
