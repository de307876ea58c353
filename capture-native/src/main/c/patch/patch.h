/*
 * Patching: the system call sites of the C library, liburing, libaio and the main binary lead to the hook.
 * Called once, from the constructor, while the process has one thread.
 */
#ifndef CATCHWATER_PATCH_H
#define CATCHWATER_PATCH_H

#include <stdbool.h>
#include <stdint.h>

struct patch_outcome {
    uint32_t patched_sites;
    /* Sites of captured calls that were not recognised. */
    uint32_t unknown_sites;
    /* The C library's text leads to the hook. */
    bool libc_patched;
};

struct patch_outcome patch_process(void);

/* Whether some site of this call was found and could not be patched. */
bool patch_has_unknown(long number);

#endif
