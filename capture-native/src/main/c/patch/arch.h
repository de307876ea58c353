/* What an architecture gives to patch.c. */
#ifndef CATCHWATER_PATCH_ARCH_H
#define CATCHWATER_PATCH_ARCH_H

#include <stddef.h>
#include <stdint.h>

enum {
    /* Sites in one module, at most. */
    SITE_LIMIT = 1024,
    /* A stub, at most. */
    STUB_BYTES = 256,
    /* Number of a site that takes it from a register: syscall(). */
    SITE_ANY_NUMBER = -1,
    /* Number of a site that is of no interest. */
    SITE_NONE = -2,
    /* Number of a site of a captured call whose surroundings are not known. */
    SITE_UNKNOWN = -3,
};

/* A system call instruction that can be led to the hook. */
struct site {
    const uint8_t *instruction;
    /* Where the jump is written; the instructions from there to `instruction` move into the stub. */
    const uint8_t *begin;
    long number;
};

/*
 * Finds the sites between two addresses of executable text, in order of address. Calls unknown(number) for each
 * captured call whose site is not recognised. Returns how many were found.
 */
size_t arch_find_sites(const uint8_t *start, const uint8_t *end, struct site *sites, void (*unknown)(long number));

/* Bytes at the beginning of the stubs that all of them use. Written at `at`. */
size_t arch_write_common(uint8_t *at);

/*
 * Writes a stub at `at`, to be run at address `run`; common is the address of what arch_write_common wrote.
 * Returns its length.
 */
size_t arch_write_stub(uint8_t *at, const uint8_t *run, const uint8_t *common, const struct site *site);

/* The bytes that lead the site to its stub; returns how many. */
size_t arch_write_jump(uint8_t jump[16], const struct site *site, const uint8_t *stub);

/* How far a stub may be from its site. */
size_t arch_jump_reach(void);

#endif
