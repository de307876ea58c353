package io.catchwater.sink.snapshot;

import io.catchwater.files.Errno;
import io.catchwater.sink.SinkException;
import io.catchwater.sink.control.SnapshotRequest;
import java.util.concurrent.TimeUnit;

/** Holds a copy to the rate of its request, which may change meanwhile; 0 stands still. For one thread. */
final class Throttle {

    /** How soon a changed rate or a cancellation is noticed. */
    private static final long SLICE_MS = 100;

    private static final double NS_PER_SECOND = 1e9;
    /** What may be copied at once after a pause. */
    private static final double BURST_SECONDS = 0.1;

    private final SnapshotRequest request;
    private double allowance;
    private long lastNs = System.nanoTime();

    Throttle(SnapshotRequest request) {
        this.request = request;
    }

    /**
     * Returns when so many bytes more may be copied.
     *
     * @throws SinkException CANCELLED
     */
    void take(long bytes, Runnable whileWaiting) throws SinkException {
        refill();
        allowance -= bytes;
        while (request.throttle() >= 0 && allowance < 0) {
            checkCancelled();
            pause();
            whileWaiting.run();
            refill();
        }
        checkCancelled();
    }

    private void refill() {
        long nowNs = System.nanoTime();
        long rate = request.throttle();
        if (rate < 0) {
            allowance = 0;
        } else {
            allowance = Math.min(rate * BURST_SECONDS, allowance + rate * ((nowNs - lastNs) / NS_PER_SECOND));
        }
        lastNs = nowNs;
    }

    void checkCancelled() throws SinkException {
        if (request.isCancelled()) {
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.ECANCELED, "cancelled by command");
        }
    }

    private static void pause() throws SinkException {
        try {
            TimeUnit.MILLISECONDS.sleep(SLICE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkException(SinkException.Reason.CANCELLED, Errno.EINTR, "interrupted", e);
        }
    }
}
