package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.HEADER_NAME_LOCK;
import static io.catchwater.schemas.ring.RingLayout.SLOT_CLAIM_LENGTH;
import static io.catchwater.schemas.ring.RingLayout.SLOT_CLAIM_POSITION;
import static io.catchwater.schemas.ring.RingLayout.SLOT_DEVICE;
import static io.catchwater.schemas.ring.RingLayout.SLOT_FIRST_POSITION;
import static io.catchwater.schemas.ring.RingLayout.SLOT_KIND;
import static io.catchwater.schemas.ring.RingLayout.SLOT_OWNER;
import static io.catchwater.schemas.ring.RingLayout.SLOT_RANGE_END;
import static io.catchwater.schemas.ring.RingLayout.SLOT_RANGE_START;
import static io.catchwater.schemas.ring.RingLayout.SLOT_SEQUENCE;
import static io.catchwater.schemas.ring.RingLayout.SLOT_START_TIME;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Finds the slots of dead threads, completes what they had claimed, and frees them: the table "When a writer dies" of
 * docs/RING.md. Drain thread only.
 */
public final class DeadWriters {

    private final RingMemory memory;
    private final AtomicBuffer buffer;
    private final Slots slots;
    private final DeadClaims claims;
    private final Liveness liveness;
    private Set<Integer> undecided = Set.of();

    /** @param liveness of the captured programs' threads */
    public DeadWriters(RingFile ring, RingReader reader, Liveness liveness) {
        this.memory = ring.memory();
        this.buffer = memory.buffer();
        this.slots = new Slots(memory);
        this.claims = new DeadClaims(memory, reader);
        this.liveness = liveness;
    }

    /**
     * One pass. A slot about which nothing can be decided yet stays for the next one.
     *
     * @param idleToo also look at slots with nothing in flight, which only have to be freed
     * @return the changes that the dead left undone; the caller reads again what they concern
     */
    public List<DeadChange> repair(boolean idleToo) {
        List<Integer> dead = dead(idleToo);
        undecided = Set.of();
        if (dead.isEmpty()) {
            return List.of();
        }
        List<DeadClaims.Claim> deadClaims = new ArrayList<>();
        for (int slot : dead) {
            if (inFlight(slot)) {
                deadClaims.add(claim(slot));
            }
        }
        undecided = claims.complete(deadClaims, livingClaims(dead));
        List<DeadChange> changes = new ArrayList<>();
        for (int slot : dead) {
            if (!undecided.contains(slot)) {
                release(slot, changes);
            }
        }
        return changes;
    }

    /** True when the last pass left something of a dead thread for the next one. */
    public boolean hasUndecided() {
        return !undecided.isEmpty();
    }

    private List<Integer> dead(boolean idleToo) {
        List<Integer> dead = new ArrayList<>();
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            long owner = buffer.getLongVolatile(RingMemory.slotIndex(slot) + SLOT_OWNER);
            if (owner != 0 && (idleToo || inFlight(slot)) && !isAlive(slot, owner)) {
                dead.add(slot);
            }
        }
        return dead;
    }

    private boolean inFlight(int slot) {
        return (buffer.getLongVolatile(RingMemory.slotIndex(slot) + SLOT_SEQUENCE) & 1) != 0;
    }

    private boolean isAlive(int slot, long owner) {
        long startTime = buffer.getLongVolatile(RingMemory.slotIndex(slot) + SLOT_START_TIME);
        return liveness.isAlive((int) (owner >>> 32), (int) owner, startTime);
    }

    private DeadClaims.Claim claim(int slot) {
        int at = RingMemory.slotIndex(slot);
        return new DeadClaims.Claim(
                slot, buffer.getLongVolatile(at + SLOT_CLAIM_POSITION), buffer.getLongVolatile(at + SLOT_CLAIM_LENGTH));
    }

    /** Claims announced by threads that live, or died since we looked: those are decided in the next pass. */
    private Set<Long> livingClaims(List<Integer> dead) {
        Set<Long> positions = new HashSet<>();
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            if (!dead.contains(slot) && inFlight(slot)) {
                positions.add(claim(slot).position());
            }
        }
        return positions;
    }

    private void release(int slot, List<DeadChange> changes) {
        int at = RingMemory.slotIndex(slot);
        long owner = buffer.getLongVolatile(at + SLOT_OWNER);
        long sequence = buffer.getLongVolatile(at + SLOT_SEQUENCE);
        long firstPosition = buffer.getLong(at + SLOT_FIRST_POSITION);
        if ((sequence & 1) != 0 || firstPosition != 0) {
            changes.add(new DeadChange(
                    buffer.getInt(at + SLOT_KIND),
                    memory.fileId(at + SLOT_DEVICE),
                    buffer.getLong(at + SLOT_RANGE_START),
                    buffer.getLong(at + SLOT_RANGE_END),
                    firstPosition));
        }
        buffer.putLong(at + SLOT_CLAIM_POSITION, 0);
        buffer.putLong(at + SLOT_FIRST_POSITION, 0);
        buffer.putLong(at + SLOT_START_TIME, 0);
        if ((sequence & 1) != 0) {
            buffer.putLongOrdered(at + SLOT_SEQUENCE, sequence + 1);
        }
        // Before the slot is free: its next owner must not seem to hold the lock.
        buffer.compareAndSetLong(HEADER_NAME_LOCK, 1L + slot, 0);
        buffer.compareAndSetLong(at + SLOT_OWNER, owner, 0);
    }
}
