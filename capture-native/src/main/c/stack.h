/* The program's stacks. Thread-safe, signal-safe. */
#ifndef CATCHWATER_STACK_H
#define CATCHWATER_STACK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the frame that a thread was in `then` has been left without returning (cancelled, jumped out of), now that
 * it is in another one. A thread is on its own stack or on its signal stack.
 */
bool stack_abandoned(uintptr_t then, uintptr_t now);

#endif
