/*
 * A backup in memory, made from ring entries alone: the C tests' oracle. It knows files by id and names by path,
 * as the sink does, and is compared with the tree. Ranges to be read again are taken from the tree at the end. One thread.
 */
#ifndef CATCHWATER_TEST_REPLAY_H
#define CATCHWATER_TEST_REPLAY_H

#include <stdint.h>

#include "reader.h"

/* Applies one entry; stops the program on one that makes no sense. */
void replay_apply(const struct ring_entry *entry, uint64_t position);

/*
 * Compares with the tree below root: names, types, ids, modes, owners, targets, content. Prints differences.
 * Returns how many there are.
 */
int replay_compare(const char *root);

/* How many ranges had to be read again, and how many entries said that names have to be listed again. */
uint64_t replay_rereads(void);
uint64_t replay_unordered(void);

#endif
