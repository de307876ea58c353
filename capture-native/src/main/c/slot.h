/*
 * In-flight slots: what a thread is about to change, for the bridge (should the process die) and for the
 * writers of other processes. All functions are thread-safe and signal-safe.
 */
#ifndef CATCHWATER_SLOT_H
#define CATCHWATER_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "process.h"
#include "ring.h"

/* What is announced. */
struct slot_change {
    uint32_t kind;
    struct file_id id;
    uint64_t range_start;
    uint64_t range_end;
};

/* Takes a free slot for a thread; NULL when all RING_SLOT_LIMIT are taken. */
struct ring_slot *slot_acquire(struct process_identity process, uint32_t tid);

/* Gives a slot back; it must not be in flight. */
void slot_release(struct ring_slot *slot);

uint32_t slot_index(const struct ring_slot *slot);

static inline bool slot_in_flight(const struct ring_slot *slot)
{
    return (__atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) & 1) != 0;
}

/*
 * Announces a change of names, which is put in order by the name lock. SEQUENCE becomes odd. What the slot
 * announced before has ended.
 */
void slot_announce(struct ring_slot *slot, const struct slot_change *change);

/*
 * Announces a change of a file's bytes or size and waits for those that overlap it and came before
 * (RING.md, "A change, step by step", 1 to 3). Returns false when one of them could not be waited for:
 * the range then has to be read again, and the other has been told so in its slot.
 */
bool slot_announce_in_order(struct ring_slot *slot, const struct slot_change *change);

/* Whether another has passed this change without waiting for it; the range has to be read again. */
bool slot_was_passed(const struct ring_slot *slot);

/* Ends the change. SEQUENCE becomes even. */
void slot_end(struct ring_slot *slot);

/* The name lock of the source. The slot must be announced. False when it was not to be had in FULL_WAIT_NS. */
bool slot_lock_names(struct ring_slot *slot);

/* Gives the name lock back if this slot holds it. */
void slot_unlock_names(struct ring_slot *slot);

#endif
