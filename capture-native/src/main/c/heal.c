#include "heal.h"

#include "clock.h"

void heal_reread(struct ring_slot *slot, struct file_id id, uint64_t start, uint64_t end)
{
    struct ring_record record = {
        .kind = KIND_WRITE,
        .flags = FLAG_REREAD,
        .id = id,
        .file_offset = start,
        .size = end == RING_UNBOUNDED ? RING_UNBOUNDED : end - start,
    };
    if (!ring_kind_disabled(KIND_WRITE)) {
        ring_append(slot, &record);
    }
}

void heal_reread_announced(struct ring_slot *slot)
{
    heal_reread(slot, slot->id, slot->range_start, slot->range_end);
}

static void list_names_again(struct ring_slot *slot)
{
    struct ring_names names = {.extended_length = RING_EXTENDED_UNSAID};
    struct ring_record record = {
        .kind = slot->kind,
        .flags = FLAG_UNORDERED,
        .id = slot->id,
        .part = {{&names, sizeof names}},
    };
    ring_append(slot, &record);
}

/* Another thread that has announced the same claim: one of the two has lost, and the winner will commit. */
static bool is_contested(const struct ring_slot *slot)
{
    uint32_t used = __atomic_load_n(&ring.header->slot_high_water, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; i < used && i < RING_SLOT_LIMIT; i++) {
        const struct ring_slot *other = &ring.slots[i];
        if (other != slot && slot_in_flight(other)
            && __atomic_load_n(&other->claim_position, __ATOMIC_SEQ_CST) == slot->claim_position) {
            return true;
        }
    }
    return false;
}

/* A claim without its entry would hold up the reader for ever. */
static void finish_claim(struct ring_slot *slot)
{
    struct patience patience = patience_begin(ring.header->full_wait_ns);
    if (slot->claim_position == 0) {
        return;
    }
    while (!ring_is_committed(slot->claim_position)) {
        if (__atomic_load_n(&ring.header->tail, __ATOMIC_SEQ_CST) <= slot->claim_position) {
            return;
        }
        if (!is_contested(slot)) {
            ring_fill_pad(slot->claim_position, slot->claim_length);
            return;
        }
        if (!patience_wait(&patience)) {
            return;
        }
    }
}

void heal_abandoned(struct level *level)
{
    struct ring_slot *slot = level->slot;
    if (slot == NULL || !slot_in_flight(slot)) {
        return;
    }
    finish_claim(slot);
    if (slot->kind <= KIND_TRUNCATE) {
        heal_reread_announced(slot);
    } else {
        list_names_again(slot);
    }
    if (level->holds_names) {
        slot_unlock_names(slot);
        level->holds_names = false;
    }
    slot_end(slot);
}
