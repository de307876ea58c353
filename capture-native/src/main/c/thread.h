/*
 * What a thread needs while it is inside a captured call: a slot, buffers, and one set of them more for
 * each signal handler that makes a captured call within. Nothing here is on the program's stack, which
 * may be small. All functions are thread-safe and signal-safe.
 */
#ifndef CATCHWATER_THREAD_H
#define CATCHWATER_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel.h"
#include "memory.h"
#include "slot.h"

enum {
    /* Captured calls within captured calls of one thread, by signal handlers. */
    LEVEL_LIMIT = 4,
    /* Threads with buffers, in one process. */
    THREAD_LIMIT = 4096,
    /* A directory's path as the kernel gives it, a slash, a name, a NUL, and " (deleted)". */
    PATH_BUFFER_BYTES = 4096 + 512,
    /* A write copied, extended attributes or an environment read, without mapping memory for it. */
    STAGING_BYTES = 256 * 1024,
    /* Memory for a larger copy is kept for the next one up to this, */
    KEPT_COPY_LIMIT_BYTES = 16 * 1024 * 1024,
    /* and while all threads of the process together keep no more than this. */
    KEPT_COPIES_LIMIT_BYTES = 64 * 1024 * 1024,
    /* Larger writes are not copied: their range is read again. */
    COPY_LIMIT_BYTES = 64 * 1024 * 1024,
    /* The kernel takes no more vectors in one call. */
    VECTOR_LIMIT = 1024,
};

struct thread;

/* One captured call of one thread. */
struct level {
    struct thread *thread;
    struct ring_slot *slot;
    uintptr_t frame;
    bool holds_names;
    struct readable_cache readable;
    char scratch[PATH_BUFFER_BYTES];
    char target[PATH_BUFFER_BYTES];
    char path[PATH_BUFFER_BYTES];
    char new_path[PATH_BUFFER_BYTES];
    /* What a write gives to the kernel. */
    struct kernel_vector vectors[VECTOR_LIMIT];
    /* For a copy that staging does not hold; NULL while there was none. Only copy.c touches it. */
    uint8_t *large;
    uint64_t large_bytes;
    /* A copy of STAGING_BYTES may begin anywhere in the first page. */
    uint8_t staging[STAGING_BYTES + PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
};

/*
 * The calling thread makes a call of any kind: what it jumped out of before is read again. frame as for level_enter.
 */
void thread_calls(void *frame);

/*
 * Begins a captured call. Returns NULL when no memory is to be had or LEVEL_LIMIT is reached: the call then
 * cannot be captured and counts as an overrun. frame is an address in the caller's stack frame.
 */
struct level *level_enter(void *frame);

/* Ends a captured call: ends the change if one is announced, gives the name lock back. */
void level_leave(struct level *level);

/* Makes sure that the level has a slot of this very process; false when there is none free. */
bool level_take_slot(struct level *level);

/* The calling thread ends: its slots are freed; changes left open (a cancelled thread) are read again. */
void thread_end(void);

/* The calling thread is being unwound out of its captured calls: what they left open is read again. */
void thread_unwound(void);

/* The calling thread is about to execute another program. thread_stay takes it back when that failed. */
void thread_leave_program(void);
void thread_stay(void);

/*
 * Around a clone that shares memory and thread-local storage with its parent (vfork, posix_spawn): until
 * the child has let go, calls ask who is calling. Children that go on sharing never let go.
 */
void thread_begin_sharing(void);
void thread_end_sharing(void);

/* The calling thread is a child that shares its parent's thread-local storage. */
bool thread_is_stranger(void);

/* Every call asks who is calling: where clones cannot be seen (symbol interposition). */
void thread_always_ask(void);

#endif
