package io.catchwater.sink.restore;

/** Told how far a restore is, often, by the thread that restores; has to be quick. */
public interface RestoreListener {

    /** For nobody. */
    RestoreListener NONE = progress -> {};

    /**
     * How far it is.
     *
     * @param phase replaying or sealing
     * @param bytesDone written, or while sealing read
     * @param operationsDone applied
     * @param lsn reached
     * @param targetLsn wanted; {@link Long#MAX_VALUE} while it is not known
     */
    record Progress(String phase, long bytesDone, long operationsDone, long lsn, long targetLsn) {}

    void progress(Progress progress);
}
