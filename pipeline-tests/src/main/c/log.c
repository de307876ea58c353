#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "writer.h"

static _Atomic uint64_t *the_clock;

void fail(const char *format, ...)
{
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "writer: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, " (%s)\n", strerror(error));
    va_end(arguments);
    _exit(70);
}

static void *map_shared(const char *path, size_t bytes)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0 || ftruncate(descriptor, (off_t)bytes) != 0)
        fail("%s", path);
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED)
        fail("%s", path);
    close(descriptor);
    return mapped;
}

void clock_open(const char *log_directory)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/clock", log_directory);
    the_clock = map_shared(path, 4096);
}

void log_open(struct thread *thread)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/thread-%02u.log", thread->settings->log, thread->index);
    thread->log = map_shared(path, thread->settings->operations * sizeof(struct record));
}

/*
 * One counter, moved by read-modify-write only: of two marks the lower was taken earlier, on whatever processors.
 * The log is memory of the page cache, so what was stored survives the process.
 */
static uint64_t mark(void)
{
    return atomic_fetch_add(the_clock, 1) + 1;
}

struct record *begins(struct thread *thread, const struct record *what)
{
    struct record *record = &thread->log[thread->logged++];
    uint64_t begin = mark();
    memcpy((char *)record + 16, (const char *)what + 16, sizeof *record - 16);
    atomic_store_explicit((_Atomic uint64_t *)&record->begin, begin, memory_order_seq_cst);
    return record;
}

void ended(struct record *record, int error)
{
    uint64_t end = mark();
    record->error = error;
    atomic_store_explicit((_Atomic uint64_t *)&record->end, end, memory_order_seq_cst);
}

/* The operation that `begins` will log next. */
uint64_t operation_id(const struct thread *thread)
{
    return ((uint64_t)(thread->index + 1) << 40) | (thread->logged + 1);
}
