package io.catchwater.sink.replica;

import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;

/**
 * Decides what it means when the tree is not as an operation expects it.
 *
 * <p>While operations are applied again after a crash the tree may be ahead of them, and while a copy is open it may
 * differ from the source until the listing comes: both end well. At any other time the replica is not what the stream
 * says, and going on would be silently wrong.
 *
 * <p>Used by one thread.
 */
final class Drift {

    private boolean applyingAgain;
    private int copiesOpen;

    void setApplyingAgain(boolean again) {
        applyingAgain = again;
    }

    void copyBegins() {
        copiesOpen++;
    }

    void copyEnds() {
        copiesOpen = Math.max(0, copiesOpen - 1);
    }

    void noCopyOpen() {
        copiesOpen = 0;
    }

    /** True when whatever is in the way may be removed: it belongs to a later operation, which will come again. */
    boolean isApplyingAgain() {
        return applyingAgain;
    }

    /** @throws SinkException unless there is a reason for it */
    void found(String what, TreePath path) throws SinkException {
        if (!applyingAgain && copiesOpen == 0) {
            throw new SinkException(
                    SinkException.Reason.FAILED,
                    Errno.ESTALE,
                    "replica differs from the stream at '" + path + "': " + what);
        }
    }
}
