package io.catchwater.bridge.copy;

import io.catchwater.schemas.control.UncapturedProcess;
import java.util.List;

/** Is told of audits. Called by the drain thread; must not wait. */
public interface AuditListener {

    /** Nobody is told. */
    AuditListener NONE = new AuditListener() {
        @Override
        public void begun() {}

        @Override
        public void ended(Result result) {}
    };

    /**
     * What came of an audit.
     *
     * @param found whether something had been changed unseen; it has been read again
     * @param settled whether the last walk found nothing new
     * @param writers not captured, before the last walk
     * @param lsn everything that was read again is in the stream below it
     * @param timeNs of its end, nanoseconds since 1970
     */
    record Result(boolean found, boolean settled, List<UncapturedProcess> writers, long lsn, long timeNs) {

        /** True when the stream holds everything that was in the source: nothing is missing, and nobody can change it unseen. */
        public boolean isProof() {
            return settled && writers.isEmpty();
        }
    }

    /** One begins: from now on what was changed unseen may be taken note of without being read again yet. */
    void begun();

    /** It has ended. */
    void ended(Result result);
}
