/* Changes that will not end by themselves. Thread-safe, signal-safe. */
#ifndef CATCHWATER_HEAL_H
#define CATCHWATER_HEAL_H

#include "thread.h"

/* Records that what the level had announced has to be looked at again, and ends it. */
void heal_abandoned(struct level *level);

/* Records that the range announced in the slot has to be read again. */
void heal_reread_announced(struct ring_slot *slot);

/* Records that a range has to be read again. The slot must be announced. */
void heal_reread(struct ring_slot *slot, struct file_id id, uint64_t start, uint64_t end);

#endif
