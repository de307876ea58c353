/* Lamport's bakery over the slots: overlapping changes of one file go one after the other. */
#include "clock.h"
#include "kernel.h"
#include "slot.h"

enum passage { PASSED, WAIT, OTHER_SELF };

static bool intersects(const struct ring_slot *mine, const struct ring_slot *other)
{
    return other->id.inode == mine->id.inode && other->id.device == mine->id.device
        && other->id.birth_ns == mine->id.birth_ns && other->range_start < mine->range_end
        && mine->range_start < other->range_end && other->kind <= KIND_TRUNCATE;
}

/* Whether other, whose change had this sequence number, still comes before mine. */
static enum passage look(const struct ring_slot *mine, const struct ring_slot *other, uint64_t sequence)
{
    bool overlap = intersects(mine, other);
    uint64_t ticket = __atomic_load_n(&other->ticket, __ATOMIC_SEQ_CST);
    uint64_t owner = __atomic_load_n(&other->owner, __ATOMIC_ACQUIRE);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (!overlap || __atomic_load_n(&other->sequence, __ATOMIC_ACQUIRE) != sequence) {
        return PASSED;
    }
    if (owner == mine->owner) {
        return OTHER_SELF;
    }
    return ticket == 0 || ticket < mine->ticket ? WAIT : PASSED;
}

static bool wait_for(struct ring_slot *mine, struct ring_slot *other, uint64_t sequence, struct patience *patience)
{
    for (;;) {
        enum passage passage = look(mine, other, sequence);
        if (passage == PASSED) {
            return true;
        }
        bool dead = patience_should_look(patience)
            && process_thread_gone(other->owner, __atomic_load_n(&other->start_time, __ATOMIC_ACQUIRE));
        if (passage == OTHER_SELF || dead || !patience_wait(patience)) {
            /* Its entry may now come after ours although its bytes came before: it has to know. */
            __atomic_fetch_or(&other->flags, FLAG_REREAD, __ATOMIC_SEQ_CST);
            __atomic_fetch_or(&mine->flags, FLAG_REREAD, __ATOMIC_SEQ_CST);
            return false;
        }
    }
}

bool slot_announce_in_order(struct ring_slot *slot, const struct slot_change *change)
{
    slot_announce(slot, change);
    uint64_t ticket = __atomic_add_fetch(&ring.header->ticket, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&slot->ticket, ticket, __ATOMIC_SEQ_CST);
    uint32_t used = __atomic_load_n(&ring.header->slot_high_water, __ATOMIC_SEQ_CST);
    struct patience patience;
    bool waiting = false;
    bool ordered = true;
    for (uint32_t i = 0; i < used && i < RING_SLOT_LIMIT; i++) {
        struct ring_slot *other = &ring.slots[i];
        uint64_t sequence = __atomic_load_n(&other->sequence, __ATOMIC_SEQ_CST);
        if ((sequence & 1) == 0 || other == slot || look(slot, other, sequence) == PASSED) {
            continue;
        }
        if (!waiting) {
            patience = patience_begin(ring.header->full_wait_ns);
            waiting = true;
        }
        ordered &= wait_for(slot, other, sequence, &patience);
    }
    return ordered;
}
