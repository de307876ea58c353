package io.catchwater.bridge.ring;

import io.catchwater.schemas.ring.RingLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.agrona.concurrent.AtomicBuffer;

/** The in-flight slots of all threads of captured programs. Any thread. */
public final class Slots {

    private final RingMemory memory;
    private final AtomicBuffer buffer;

    /** Of one ring. */
    public Slots(RingFile ring) {
        this(ring.memory());
    }

    Slots(RingMemory memory) {
        this.memory = memory;
        this.buffer = memory.buffer();
    }

    /** The changes that were in flight at one moment: made, or about to be made, and not yet in the ring. */
    public static final class InFlight {
        private final int[] slots;
        private final long[] sequences;

        private InFlight(int[] slots, long[] sequences) {
            this.slots = slots;
            this.sequences = sequences;
        }
    }

    /**
     * What is in flight now. Called by a thread that has just read files: every change that it may have seen and
     * that is not below the tail is among them ("Memory order" in docs/RING.md).
     */
    public InFlight inFlight() {
        VarHandle.fullFence();
        int count = count();
        int[] slots = new int[count];
        long[] sequences = new long[count];
        int found = 0;
        for (int slot = 0; slot < count; slot++) {
            int at = RingMemory.slotIndex(slot);
            long sequence = buffer.getLongVolatile(at + RingLayout.SLOT_SEQUENCE);
            if ((sequence & 1) != 0) {
                slots[found] = slot;
                sequences[found++] = sequence;
            }
        }
        return new InFlight(Arrays.copyOf(slots, found), Arrays.copyOf(sequences, found));
    }

    /**
     * True when each of those changes is in the ring, or was never made, or its thread is dead and its slot repaired
     * by {@link DeadWriters}. The ring's tail, loaded after this, is above all of them.
     */
    public boolean settled(InFlight inFlight) {
        for (int i = 0; i < inFlight.slots.length; i++) {
            int at = RingMemory.slotIndex(inFlight.slots[i]);
            if (buffer.getLongVolatile(at + RingLayout.SLOT_SEQUENCE) == inFlight.sequences[i]) {
                return false;
            }
        }
        return true;
    }

    /** Slots that were ever used. */
    int count() {
        int highWater = buffer.getIntVolatile(RingLayout.HEADER_SLOT_HIGH_WATER);
        if (highWater < 0 || highWater > RingLayout.SLOT_LIMIT) {
            throw new RingDamage("slot high water " + highWater);
        }
        return highWater;
    }

    RingMemory memory() {
        return memory;
    }
}
