package io.catchwater.sink.restore;

/** A moment that somebody wants back. */
public sealed interface RestorePoint {

    /** The newest moment that every partition has reached. */
    record Latest() implements RestorePoint {}

    /** Every change up to an LSN. */
    record AtLsn(long lsn) implements RestorePoint {}

    /** Every change before the first that is later than a time, in nanoseconds since 1970. */
    record AtTime(long timeNs) implements RestorePoint {}

    /** The cut of a sealed snapshot. */
    record AtSnapshot(String id) implements RestorePoint {}
}
