/*
 * The ring: mapping it, and claiming and committing entries (docs/RING.md).
 * All functions but ring_map are thread-safe and signal-safe.
 */
#ifndef CATCHWATER_RING_H
#define CATCHWATER_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring_layout.h"

/* The mapped ring; header is NULL when there is none. Written once, by ring_map. */
struct ring {
    struct ring_header *header;
    struct ring_slot *slots;
    const char *roots;
    uint8_t *entries;
    uint64_t capacity;
    uint32_t payload_limit;
};
extern struct ring ring;

/* Smallest CAPACITY that a hook uses, in bytes. */
enum { RING_CAPACITY_LEAST = 65536 };

/*
 * Attaches the ring that a file names. Returns false, and changes nothing, when the file cannot be read, or the segment
 * that it names is gone, not ours to write, or not that ring: of another version, or not of the size its header says.
 * What becomes of the file afterwards does not matter. Called once, before any other thread runs.
 */
bool ring_map(const char *path);

/* The present activation, 0 when capture is off. */
static inline uint32_t ring_active(void)
{
    return __atomic_load_n(&ring.header->active, __ATOMIC_ACQUIRE);
}

static inline bool ring_kind_disabled(uint32_t kind)
{
    return (__atomic_load_n(&ring.header->disabled_kinds, __ATOMIC_RELAXED) >> kind & 1) != 0;
}

/* A piece of an entry's payload. */
struct ring_part {
    const void *start;
    size_t bytes;
};

/* What an entry says; time, pid and tid are added from the slot's owner. */
struct ring_record {
    uint32_t kind;
    uint32_t flags;
    struct file_id id;
    uint64_t file_offset;
    uint64_t size;
    uint64_t first_position;
    struct ring_part part[5];
};

/*
 * Claims room, fills an entry and commits it. The slot, which must be announced and belong to the calling
 * thread, tells the bridge what is claimed while it is not committed. Waits at most FULL_WAIT_NS for room;
 * then counts an overrun. Flags that others have set in the slot by the time of the claim are added for
 * changes of names (FLAG_UNORDERED).
 *
 * Returns the entry's ring position, or 0 when there was no room. Payload of all parts at most
 * ring.payload_limit + RING_NAMES_BYTES + three paths. Parts of 0 bytes may be anywhere.
 */
uint64_t ring_append(struct ring_slot *slot, const struct ring_record *record);

/* Whether the entry at this claimed position has been committed. */
bool ring_is_committed(uint64_t position);

/* Commits a PAD over a claim of this length. */
void ring_fill_pad(uint64_t position, uint64_t bytes);

/* Counts a change that was made and is not in the ring. */
void ring_overrun(void);

#endif
