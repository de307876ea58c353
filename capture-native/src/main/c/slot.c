#include "slot.h"

#include "clock.h"
#include "kernel.h"

static void raise_high_water(uint32_t used)
{
    uint32_t *high_water = &ring.header->slot_high_water;
    uint32_t seen = __atomic_load_n(high_water, __ATOMIC_ACQUIRE);
    while (seen < used && !__atomic_compare_exchange_n(high_water, &seen, used, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
    }
}

struct ring_slot *slot_acquire(struct process_identity process, uint32_t tid)
{
    uint64_t owner = (uint64_t)process.pid << 32 | tid;
    for (uint32_t i = 0; i < RING_SLOT_LIMIT; i++) {
        struct ring_slot *slot = &ring.slots[i];
        uint64_t nobody = 0;
        if (__atomic_load_n(&slot->owner, __ATOMIC_RELAXED) != 0
            || !__atomic_compare_exchange_n(&slot->owner, &nobody, owner, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            continue;
        }
        /* A lock in this slot's name was left by a dead owner. */
        uint64_t lock = i + 1;
        __atomic_compare_exchange_n(&ring.header->name_lock, &lock, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
        slot->claim_position = 0;
        slot->first_position = 0;
        __atomic_store_n(&slot->start_time, process.start_time, __ATOMIC_RELEASE);
        raise_high_water(i + 1);
        return slot;
    }
    return NULL;
}

void slot_release(struct ring_slot *slot)
{
    __atomic_store_n(&slot->start_time, 0, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->owner, 0, __ATOMIC_RELEASE);
}

void slot_end(struct ring_slot *slot)
{
    uint64_t sequence = slot->sequence;
    __atomic_store_n(&slot->sequence, sequence + (sequence & 1), __ATOMIC_RELEASE);
}

uint32_t slot_index(const struct ring_slot *slot)
{
    return (uint32_t)(slot - ring.slots);
}

void slot_announce(struct ring_slot *slot, const struct slot_change *change)
{
    slot_end(slot);
    /* The end of the change before is to be seen before what is now written over it. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    slot->kind = change->kind;
    slot->id = change->id;
    slot->range_start = change->range_start;
    slot->range_end = change->range_end;
    slot->first_position = 0;
    __atomic_store_n(&slot->flags, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->ticket, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->claim_length, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->claim_position, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->sequence, slot->sequence + 1, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool slot_was_passed(const struct ring_slot *slot)
{
    return (__atomic_load_n(&slot->flags, __ATOMIC_SEQ_CST) & FLAG_REREAD) != 0;
}

bool slot_lock_names(struct ring_slot *slot)
{
    uint64_t *lock = &ring.header->name_lock;
    uint64_t mine = slot_index(slot) + 1;
    struct patience patience;
    bool waiting = false;
    for (;;) {
        uint64_t holder = 0;
        if (__atomic_compare_exchange_n(lock, &holder, mine, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
            return true;
        }
        if (holder == mine || holder > RING_SLOT_LIMIT) {
            /* A forked child's copy of a lock that it never took, or nonsense: nobody will give it back. */
            __atomic_compare_exchange_n(lock, &holder, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE);
            continue;
        }
        struct ring_slot *other = &ring.slots[holder - 1];
        uint64_t owner = __atomic_load_n(&other->owner, __ATOMIC_ACQUIRE);
        if (!waiting) {
            patience = patience_begin(ring.header->full_wait_ns);
            waiting = true;
        }
        bool free_or_dead = patience_should_look(&patience)
            && (owner == 0 || process_thread_gone(owner, __atomic_load_n(&other->start_time, __ATOMIC_ACQUIRE)));
        if (free_or_dead && __atomic_compare_exchange_n(lock, &holder, mine, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
            return true;
        }
        if (owner == slot->owner || !patience_wait(&patience)) {
            __atomic_fetch_or(&other->flags, FLAG_UNORDERED, __ATOMIC_SEQ_CST);
            __atomic_fetch_or(&slot->flags, FLAG_UNORDERED, __ATOMIC_SEQ_CST);
            return false;
        }
    }
}

void slot_unlock_names(struct ring_slot *slot)
{
    uint64_t mine = slot_index(slot) + 1;
    __atomic_compare_exchange_n(&ring.header->name_lock, &mine, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
