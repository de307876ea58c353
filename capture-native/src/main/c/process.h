/*
 * Which process this is. A fork changes the answer without any call of ours: a page that the kernel
 * wipes in the child (MADV_WIPEONFORK) tells.
 */
#ifndef CATCHWATER_PROCESS_H
#define CATCHWATER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* What other processes know of a slot's owner. */
struct process_identity {
    uint32_t pid;
    uint64_t start_time;
};

/* START_TIME of a slot whose owner executed another program while the slot was in flight: as good as dead. */
#define PROCESS_REPLACED UINT64_MAX

/* Makes the page; false when the kernel cannot wipe it. Called once. */
bool process_start(void);

/* The calling process; a forked child finds out here. Thread-safe, signal-safe. */
struct process_identity process_self(void);

/* pid of process_self without looking up its start time again; 0 in a child that has not asked yet. */
uint32_t process_known_pid(void);

/*
 * Identity of the calling process when it may be a vfork child, which shares all memory with its parent:
 * asks the kernel every time.
 */
struct process_identity process_stranger(void);

/* Whether the thread that owns a slot has ended for good, or its program was replaced. Signal-safe; reads /proc. */
bool process_thread_gone(uint64_t owner, uint64_t start_time);

/* What the hook covers in this program; reported in its PROCESS entry. */
struct process_coverage {
    uint32_t patched_sites;
    uint32_t unknown_sites;
    uint32_t interposed;
};
extern struct process_coverage process_coverage;

/*
 * Frees what an earlier program of this process left in the ring: called once at start, when the process
 * has one thread and no slot of its own.
 */
void process_retire_earlier_program(void);

#endif
