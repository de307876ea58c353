/* Called by the stubs around clone, clone3, fork and vfork. Signal-safe, thread-safe. */
#ifndef CATCHWATER_CLONES_H
#define CATCHWATER_CLONES_H

#include <stdbool.h>

/* Whether calls of this number may return twice, or on another stack: their handlers cannot be C functions. */
bool clone_is(long number);

void clone_before(long number, long argument);
void clone_after(long number, long argument, long result);

#endif
