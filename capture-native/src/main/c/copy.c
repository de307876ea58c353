#include "copy.h"

#include "kernel.h"

enum {
    F_GET_FLAGS = 3,
    LARGE_LEAST_BYTES = 1024 * 1024,
};

/* In `large` of all levels of the process. */
static int64_t large_total;

void copy_release(struct level *level)
{
    uint8_t *large = level->large;
    uint64_t bytes = level->large_bytes;
    level->large = NULL;
    level->large_bytes = 0;
    if (large != NULL) {
        __atomic_fetch_sub(&large_total, (int64_t)bytes, __ATOMIC_RELAXED);
        memory_unmap(large, bytes);
    }
}

void copy_end(struct level *level)
{
    if (level->large_bytes > KEPT_COPY_LIMIT_BYTES
        || (level->large != NULL && __atomic_load_n(&large_total, __ATOMIC_RELAXED) > KEPT_COPIES_LIMIT_BYTES)) {
        copy_release(level);
    }
}

static uint8_t *grow(struct level *level, uint64_t bytes)
{
    uint64_t rounded = LARGE_LEAST_BYTES;
    while (rounded < bytes) {
        rounded *= 2;
    }
    if (rounded > KEPT_COPY_LIMIT_BYTES) {
        rounded = (bytes + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
    }
    copy_release(level);
    uint8_t *large = memory_map(rounded);
    if (large != NULL) {
        level->large_bytes = rounded;
        level->large = large;
        __atomic_fetch_add(&large_total, (int64_t)rounded, __ATOMIC_RELAXED);
    }
    return large;
}

static uint8_t *room(struct level *level, uint64_t bytes)
{
    if (bytes <= sizeof level->staging) {
        return level->staging;
    }
    return level->large != NULL && bytes <= level->large_bytes ? level->large : grow(level, bytes);
}

/* The first place from `at` on that lies in its page where `base` does. */
static uint64_t in_page_as(const uint8_t *base, uint64_t at)
{
    return at + (((uint64_t)base - at) & (PAGE_BYTES - 1));
}

/* How much room the vectors need, each of them in its page where it is now. */
static uint64_t spread(const struct copy *copy)
{
    uint64_t at = 0;
    for (uint64_t i = 0; i < copy->count; i++) {
        if (copy->vectors[i].length != 0) {
            at = in_page_as(copy->vectors[i].base, at) + copy->vectors[i].length;
        }
    }
    return at;
}

static bool readable(struct level *level, const struct copy *copy)
{
    for (uint64_t i = 0; i < copy->count; i++) {
        if (!memory_readable(&level->readable, copy->vectors[i].base, copy->vectors[i].length)) {
            return false;
        }
    }
    return true;
}

/* Only direct writes ask where in memory each vector is. */
static bool is_direct(int fd)
{
    long flags = kernel(__NR_fcntl, fd, F_GET_FLAGS);
    return kernel_failed(flags) || (flags & O_DIRECT) != 0;
}

bool copy_take(struct level *level, struct copy *copy, int fd)
{
    if (copy->bytes == 0 || copy->bytes > COPY_LIMIT_BYTES || !readable(level, copy)) {
        return false;
    }
    uint64_t needed = spread(copy);
    uint64_t close = copy->bytes + PAGE_BYTES;
    bool apart = needed <= close || is_direct(fd);
    uint8_t *start = room(level, apart ? needed : close);
    if (start == NULL) {
        return false;
    }
    uint64_t at = 0;
    for (uint64_t i = 0; i < copy->count; i++) {
        struct kernel_vector *vector = &copy->vectors[i];
        if (vector->length == 0) {
            continue;
        }
        at = apart || at == 0 ? in_page_as(vector->base, at) : at;
        memory_copy(start + at, vector->base, vector->length);
        vector->base = start + at;
        at += vector->length;
    }
    return true;
}

const uint8_t *copy_join(struct copy *copy)
{
    uint8_t *start = NULL;
    uint64_t at = 0;
    for (uint64_t i = 0; i < copy->count; i++) {
        const struct kernel_vector *vector = &copy->vectors[i];
        if (vector->length == 0) {
            continue;
        }
        start = start == NULL ? (uint8_t *)vector->base : start;
        if (vector->base != start + at) {
            memory_copy(start + at, vector->base, vector->length);
        }
        at += vector->length;
    }
    return start;
}
