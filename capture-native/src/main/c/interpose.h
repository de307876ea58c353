/*
 * Interposition: the exported symbols that stand before the C library's. Each is one jump, to the C library's own
 * definition where that is patched, else to a wrapper that captures the call.
 */
#ifndef CATCHWATER_INTERPOSE_H
#define CATCHWATER_INTERPOSE_H

#include <stdbool.h>

/* Finds the next definition of every symbol. Called once, first of all. */
void interpose_bind(void);

/* Lets symbols capture by themselves: all of them, or those of calls with sites that could not be patched. */
void interpose_capture(bool all);

#endif
