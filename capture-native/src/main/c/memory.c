#include "memory.h"

#include "kernel.h"

enum {
    PROT_READ_WRITE = 3,
    MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022,
    SIGNAL_SET_BYTES = 8,
    NO_SUCH_HOW = 0x7fffffff,
};

static uint64_t mapping_epoch = 1;

void memory_mappings_changed(void)
{
    __atomic_fetch_add(&mapping_epoch, 1, __ATOMIC_SEQ_CST);
}

/*
 * rt_sigprocmask reads its set before it refuses an unknown `how`: a look at memory without effect. Not at the first
 * byte of a page: at address 0 there is no set to read.
 */
static bool page_readable(uint64_t address)
{
    uint64_t within = (address & ~(uint64_t)(PAGE_BYTES - 1)) + SIGNAL_SET_BYTES;
    return kernel(__NR_rt_sigprocmask, NO_SUCH_HOW, within, 0, SIGNAL_SET_BYTES) != -E_FAULT;
}

bool memory_readable(struct readable_cache *cache, const void *start, size_t bytes)
{
    uint64_t first = (uint64_t)start / PAGE_BYTES;
    uint64_t last = ((uint64_t)start + bytes - 1) / PAGE_BYTES;
    if (bytes == 0) {
        return true;
    }
    if ((uint64_t)start + bytes < (uint64_t)start) {
        return false;
    }
    uint64_t epoch = __atomic_load_n(&mapping_epoch, __ATOMIC_SEQ_CST);
    if (cache != NULL && cache->epoch != epoch) {
        memory_zero(cache->page, sizeof cache->page);
        cache->epoch = epoch;
    }
    for (uint64_t page = first; page <= last; page++) {
        if (cache != NULL && cache->page[page % READABLE_CACHE_PAGES] == page + 1) {
            continue;
        }
        if (!page_readable(page * PAGE_BYTES)) {
            return false;
        }
        if (cache != NULL) {
            cache->page[page % READABLE_CACHE_PAGES] = page + 1;
        }
    }
    return true;
}

void memory_copy(void *to, const void *from, size_t bytes)
{
    arch_copy(to, from, bytes);
}

void memory_zero(void *start, size_t bytes)
{
    arch_fill(start, 0, bytes);
}

typedef uint64_t __attribute__((may_alias, aligned(1))) word;

bool memory_equal(const void *a, const void *b, size_t bytes)
{
    const word *x = a;
    const word *y = b;
    size_t words = bytes / sizeof(word);
    size_t i = 0;
    for (; i + 4 <= words; i += 4) {
        uint64_t difference = (x[i] ^ y[i]) | (x[i + 1] ^ y[i + 1]) | (x[i + 2] ^ y[i + 2]) | (x[i + 3] ^ y[i + 3]);
        if (difference != 0) {
            return false;
        }
    }
    for (i *= sizeof(word); i < bytes; i++) {
        if (((const uint8_t *)a)[i] != ((const uint8_t *)b)[i]) {
            return false;
        }
    }
    return true;
}

long memory_copy_string(char *to, const char *from, size_t limit)
{
    size_t length = 0;
    while (length < limit) {
        size_t room = PAGE_BYTES - (uint64_t)(from + length) % PAGE_BYTES;
        if (!page_readable((uint64_t)(from + length))) {
            return -1;
        }
        for (; room > 0 && length < limit; room--, length++) {
            to[length] = from[length];
            if (to[length] == 0) {
                return (long)length;
            }
        }
    }
    return -1;
}

size_t string_length(const char *string)
{
    size_t length = 0;
    while (string[length] != 0) {
        length++;
    }
    return length;
}

void *memory_map(size_t bytes)
{
    long at = kernel(__NR_mmap, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
    return kernel_failed(at) ? NULL : (void *)at;
}

void memory_unmap(void *start, size_t bytes)
{
    kernel(__NR_munmap, start, bytes);
}

/* The compiler calls these by name; the C library's use vector registers. */
#ifndef KERNEL_REPLACED
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *start, int value, size_t bytes);

__attribute__((visibility("hidden"))) void *memcpy(void *to, const void *from, size_t bytes)
{
    memory_copy(to, from, bytes);
    return to;
}

__attribute__((visibility("hidden"))) void *memset(void *start, int value, size_t bytes)
{
    arch_fill(start, value, bytes);
    return start;
}
#endif
