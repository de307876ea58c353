package io.catchwater.bridge.drain;

import io.catchwater.bridge.ring.DeadChange;
import io.catchwater.bridge.ring.RingPads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes of several entries whose writer died before the last. Each is ended at a place of its own in the ring, which
 * the bridge claims: the end of a change needs an LSN that nothing else has. Drain thread only.
 */
final class BrokenChanges {

    private final RingPads pads;
    private final Deque<DeadChange> waiting = new ArrayDeque<>();
    private final Map<Long, DeadChange> claimed = new HashMap<>();

    BrokenChanges(RingPads pads) {
        this.pads = pads;
    }

    void add(DeadChange change) {
        waiting.add(change);
    }

    /** Claims places while there is room. */
    int work() {
        int done = 0;
        while (!waiting.isEmpty()) {
            long position = pads.claim();
            if (position == 0) {
                break;
            }
            claimed.put(position, waiting.remove());
            done++;
        }
        return done;
    }

    /** What ends at the padding at a ring position; null for most. */
    DeadChange endingAt(long position) {
        return claimed.isEmpty() ? null : claimed.remove(position);
    }

    boolean isEmpty() {
        return waiting.isEmpty() && claimed.isEmpty();
    }
}
