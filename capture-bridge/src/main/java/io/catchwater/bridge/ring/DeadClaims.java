package io.catchwater.bridge.ring;

import static io.catchwater.schemas.ring.RingLayout.ENTRY_ALIGNMENT;
import static io.catchwater.schemas.ring.RingLayout.ENTRY_KIND;
import static io.catchwater.schemas.ring.RingLayout.ENTRY_LENGTH;
import static io.catchwater.schemas.ring.RingLayout.KIND_PAD;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills with padding what dead threads had claimed and not committed, so that the reader gets past it.
 *
 * <p>A slot says what its thread <em>tried</em> to claim. Of several threads with the same claim position one has
 * won it. A living one commits it, or shows another position soon: until then nothing is done. When all are dead, the
 * winner is the one whose claim ends where something else is known to begin: at the tail, at a committed entry, or
 * at a position that another thread saw as the tail.
 */
final class DeadClaims {

    private final RingMemory memory;
    private final RingReader reader;

    DeadClaims(RingMemory memory, RingReader reader) {
        this.memory = memory;
        this.reader = reader;
    }

    /**
     * What a dead thread's slot says.
     *
     * @param position tail seen, 0 for nothing claimed
     * @param length by how much the claim moves the tail
     */
    record Claim(int slot, long position, long length) {
        long end() {
            return position + length;
        }
    }

    /**
     * Completes the claims.
     *
     * @param living positions that living threads have announced, read after the dead were found dead
     * @return slots of which nothing can be said yet
     */
    Set<Integer> complete(List<Claim> dead, Set<Long> living) {
        Map<Long, List<Claim>> missing = new HashMap<>();
        for (Claim claim : dead) {
            long entry = missingEntry(claim);
            if (entry != 0) {
                missing.computeIfAbsent(entry, e -> new ArrayList<>()).add(claim);
            }
        }
        Set<Integer> undecided = new HashSet<>();
        missing.forEach((entry, claims) -> {
            boolean contended =
                    living.contains(entry) || claims.stream().anyMatch(claim -> living.contains(claim.position()));
            // Looked at again, after the living: a thread that showed no claim any more had committed.
            if (contended && !memory.isCommitted(entry)) {
                claims.forEach(claim -> undecided.add(claim.slot()));
            } else if (!memory.isCommitted(entry)) {
                memory.writePad(entry, end(claims, dead, living) - entry);
            }
        });
        return undecided;
    }

    /** Position of the entry that the thread may have claimed and that is not there; 0 when there is none. */
    private long missingEntry(Claim claim) {
        long tail = memory.tail();
        if (claim.position() == 0 || claim.position() >= tail) {
            return 0;
        }
        if (claim.position() % ENTRY_ALIGNMENT != 0
                || claim.length() % ENTRY_ALIGNMENT != 0
                || claim.length() <= 0
                || claim.end() > tail
                || claim.end() <= reader.position()) {
            return 0; // Another thread's claim lies there: this one was lost, or is done.
        }
        if (claim.position() >= reader.position() && !memory.isCommitted(claim.position())) {
            return claim.position();
        }
        long afterPadding = claim.position() + memory.untilEnd(claim.position());
        boolean padded = afterPadding < claim.end() && afterPadding >= reader.position();
        return padded && maybePadding(claim.position()) && !memory.isCommitted(afterPadding) ? afterPadding : 0;
    }

    /** False when something else than padding up to the end of the buffer is known to be there. */
    private boolean maybePadding(long position) {
        if (!memory.isCommitted(position)) {
            return true; // Read, acknowledged and overwritten.
        }
        int at = memory.entryIndex(position);
        return memory.buffer().getShort(at + ENTRY_KIND) == KIND_PAD
                && memory.buffer().getInt(at + ENTRY_LENGTH) == memory.untilEnd(position);
    }

    private long end(List<Claim> claims, List<Claim> dead, Set<Long> living) {
        return claims.stream()
                .mapToLong(Claim::end)
                .sorted()
                .filter(end -> claims.size() == 1 || isBoundary(end, dead, living))
                .findFirst()
                .orElseThrow(() -> new RingDamage("nobody knows where the entry at ring position "
                        + claims.get(0).position() + " ends: all who may have claimed it are dead"));
    }

    private boolean isBoundary(long position, List<Claim> dead, Set<Long> living) {
        return position == memory.tail()
                || memory.isCommitted(position)
                || living.contains(position)
                || dead.stream().anyMatch(claim -> claim.position() == position);
    }
}
