/* A small ring reader for tests: makes rings, reads entries as the bridge would. One thread per reader. */
#ifndef CATCHWATER_TEST_READER_H
#define CATCHWATER_TEST_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ring_layout.h"

struct reader {
    struct ring_header *header;
    struct ring_slot *slots;
    uint8_t *entries;
    uint64_t position;
};

struct reader_options {
    uint64_t capacity;
    uint64_t full_wait_ns;
    uint64_t options;
    uint32_t active;
    uint64_t nonce;
};

/* Makes a ring and the file that names it, or stops the test program. roots ends with NULL. */
void reader_make(const char *path, const struct reader_options *options, const char *const *roots);

/* Removes a ring and its file. Who has it attached keeps it. */
void reader_remove(const char *path);

/* Attaches a ring; position is its head. Stops the program when it is no ring. */
struct reader reader_open(const char *path);

/* The next committed entry, its position in *position, or NULL when there is none yet. Skips PADs. */
const struct ring_entry *reader_next(struct reader *reader, uint64_t *position);

/* Lets writers have what has been read. */
void reader_release(struct reader *reader);

/* One line per entry. stable leaves out what differs from run to run (times, pids, ids). */
void reader_print(FILE *out, uint64_t position, const struct ring_entry *entry, bool stable);

const char *reader_kind(uint32_t kind);

#endif
