package io.catchwater.sink.control;

import io.catchwater.sink.throttle.Rate;
import java.util.OptionalLong;

/**
 * The rate at which a source's replica is written. Commands set it, and still hold after a restart; those from before a
 * start that was given a rate do not. Any thread may ask.
 */
public final class SourceThrottle {

    private final Rate rate;
    private final boolean given;

    /** @param given at the start, bytes per second as {@link Rate} has it */
    public SourceThrottle(OptionalLong given) {
        this.rate = new Rate(given.orElse(Rate.UNLIMITED));
        this.given = given.isPresent();
    }

    /** @param earlier whether the command was there before the start */
    void commanded(long bytesPerSecond, boolean earlier) {
        if (!earlier || !given) {
            rate.set(bytesPerSecond);
        }
    }

    /** In force, bytes per second. */
    public long bytesPerSecond() {
        return rate.bytesPerSecond();
    }
}
