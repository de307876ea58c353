package io.catchwater.bridge.source;

import io.catchwater.bridge.ring.RingFile;
import io.catchwater.bridge.ring.Slots;
import java.util.function.LongSupplier;

/** Waits for the drain thread. Any other thread. */
public final class SettledRing {

    private static final long LOOK_MS = 1;

    private final RingFile ring;
    private final Slots slots;
    private final LongSupplier drained;

    /** @param drained ring position up to which the ring is drained */
    public SettledRing(RingFile ring, LongSupplier drained) {
        this.ring = ring;
        this.slots = new Slots(ring);
        this.drained = drained;
    }

    /** Returns when every captured change made so far is drained, or its thread has died and its slot was looked after. */
    void await() throws InterruptedException {
        Slots.InFlight inFlight = slots.inFlight();
        while (!slots.settled(inFlight)) {
            Thread.sleep(LOOK_MS);
        }
        long high = ring.tail();
        while (drained.getAsLong() < high) {
            Thread.sleep(LOOK_MS);
        }
    }

    /** Changes that were captured and left no entry, so far. */
    long overruns() {
        return ring.overruns();
    }
}
