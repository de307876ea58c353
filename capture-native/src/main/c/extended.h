/* Extended attributes: all that a file has, as an entry carries them. Thread-safe, signal-safe. */
#ifndef CATCHWATER_EXTENDED_H
#define CATCHWATER_EXTENDED_H

#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

struct extended {
    /* In level->staging. */
    const uint8_t *block;
    uint32_t length;
    /* False when they could not be read, or are more than an entry takes. */
    bool said;
    /* Whether the program may see trusted.* attributes. */
    bool trusted_seen;
};

/*
 * Reads the extended attributes of what a name in a directory names, which is not followed; of the descriptor's own
 * file when the name is empty. Descriptors may be O_PATH. Uses the level's staging and scratch.
 */
struct extended extended_read(struct level *level, long directory, const char *name);

#endif
