package io.catchwater.bridge.ring;

import io.catchwater.schemas.ring.RingLayout;

/** Lets the bridge claim a place in the total order, as a hook does, with nothing in it. Drain thread only. */
public final class RingPads {

    private final RingMemory memory;

    /** Of one ring. */
    public RingPads(RingFile ring) {
        this.memory = ring.memory();
    }

    /**
     * Claims and commits the smallest padding there is.
     *
     * @return its ring position; 0 when the ring is full
     */
    public long claim() {
        while (true) {
            long tail = memory.tail();
            if (tail + RingLayout.ENTRY_ALIGNMENT - memory.head() > memory.capacity()) {
                return 0;
            }
            long next = tail + RingLayout.ENTRY_ALIGNMENT;
            if (memory.buffer().compareAndSetLong(RingLayout.HEADER_TAIL, tail, next)) {
                memory.writePad(tail, RingLayout.ENTRY_ALIGNMENT);
                return tail;
            }
        }
    }
}
