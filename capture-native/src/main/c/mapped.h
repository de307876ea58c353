/*
 * Shared mappings. What a program stores there is not seen: the file is recorded as MAPPED, and so named and read
 * again at every cut. Thread-safe, signal-safe.
 */
#ifndef CATCHWATER_MAPPED_H
#define CATCHWATER_MAPPED_H

#include "call.h"
#include "thread.h"

/* Records the watched files that this process has mapped shared and writable. The slot must not be in flight. */
void mapped_find(struct level *level);

/* As mapped_find, after names have come into the tree. */
void mapped_names_entered(void);

#endif
