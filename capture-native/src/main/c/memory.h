/*
 * Memory of the program, which may not be readable, and of the hook.
 * All functions are thread-safe and signal-safe and leave vector registers alone.
 */
#ifndef CATCHWATER_MEMORY_H
#define CATCHWATER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_BYTES = 4096,
    READABLE_CACHE_PAGES = 512,
};

/* Pages that were readable when last looked at; void when the program unmaps or protects anything. */
struct readable_cache {
    uint64_t epoch;
    /* Number of the page + 1; 0 none. */
    uint64_t page[READABLE_CACHE_PAGES];
};

/* Whether the bytes can be read; what is not is for the kernel to refuse. cache may be NULL. */
bool memory_readable(struct readable_cache *cache, const void *start, size_t bytes);

/* Voids every readable_cache of the process. */
void memory_mappings_changed(void);

/* Copies without looking: both sides must be there. They may overlap when `to` is the lower one. */
void memory_copy(void *to, const void *from, size_t bytes);

bool memory_equal(const void *a, const void *b, size_t bytes);

void memory_zero(void *start, size_t bytes);

/*
 * Copies a string of the program with its NUL. Returns its length without it, or -1 when it cannot be
 * read or does not fit in limit bytes.
 */
long memory_copy_string(char *to, const char *from, size_t limit);

size_t string_length(const char *string);

/* Maps private zeroed memory; NULL when there is none. */
void *memory_map(size_t bytes);
void memory_unmap(void *start, size_t bytes);

#endif
