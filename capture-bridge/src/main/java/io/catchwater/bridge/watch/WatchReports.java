package io.catchwater.bridge.watch;

import io.catchwater.schemas.control.Capture;
import io.catchwater.schemas.control.Gap;
import io.catchwater.schemas.control.State;

/** Takes what a {@link CaptureWatch} finds. Called by its thread. */
public interface WatchReports {

    /** A gap has begun, or ended. */
    void gap(Gap gap);

    /**
     * Who is captured.
     *
     * @param state RUNNING, or COMPLETED when nobody captures any more
     * @param lsn drained
     * @param timeNs of now, nanoseconds since 1970
     */
    void capture(Capture capture, State state, long lsn, long timeNs);
}
