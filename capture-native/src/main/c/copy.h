/*
 * The bytes of a write, copied out of the program's memory before the call. The kernel is given the copy, so what it
 * writes is what is recorded, whatever other threads do to the program's memory meanwhile. A copy belongs to the level of
 * its call. All functions are thread-safe and signal-safe.
 */
#ifndef CATCHWATER_COPY_H
#define CATCHWATER_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

struct copy {
    /*
     * In the place of the program's vectors, one for one, as long as they are, and in its page where the program's is:
     * the kernel refuses or does the same things. Ended by `count`.
     */
    struct kernel_vector *vectors;
    uint64_t count;
    uint64_t bytes;
};

/*
 * Copies what `copy->vectors`, which are level->vectors, say: from now on they are the copy's. fd is what is written to.
 * False when there is nothing to copy, when it cannot all be read, is larger than COPY_LIMIT_BYTES, or finds no
 * memory: the call is then the program's to make as it is, and what it took has to be read again.
 */
bool copy_take(struct level *level, struct copy *copy, int fd);

/* All bytes of the copy in one piece; the call has been made, and the vectors are void. */
const uint8_t *copy_join(struct copy *copy);

/* The copy is no longer needed. Its memory is kept for the next call of the level, within the limits of thread.h. */
void copy_end(struct level *level);

/* Gives the memory of copies too large for staging back. */
void copy_release(struct level *level);

#endif
