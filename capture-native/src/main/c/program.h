/* Programs: what the next one inherits, and what the ring is told of this one. */
#ifndef CATCHWATER_PROGRAM_H
#define CATCHWATER_PROGRAM_H

#include "thread.h"

/* Notes what of the environment the hook needs. Called once, at start; the strings stay where they are. */
void program_start(const char *library, const char *ring_path, const char *hook_mode);

/*
 * The environment for a program that is about to be executed: the given one, or one with LD_PRELOAD and
 * CATCHWATER_RING added where they are missing, built in the level's buffers. NULL when the given one is
 * right, cannot be read or is too large. Thread-safe, signal-safe.
 */
char **program_environment(struct level *level, char **environment);

/* Whether program_report has nothing to say in this activation. */
bool program_is_reported(void);

/*
 * Records that this program runs under the hook, once per program and activation, and what it
 * has mapped already. The slot must not be in
 * flight. Thread-safe, signal-safe.
 */
void program_report(struct level *level);

/*
 * Records that the program asked for a way to change files that is not seen, once per program and activation.
 * kind is KIND_IO_URING or KIND_KERNEL_AIO; granted tells whether it has it now. Thread-safe, signal-safe.
 */
void program_report_unseen_way(uint32_t kind, bool granted);

#endif
