#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tree.h"

enum { APPENDED_CELLS_LIMIT = 24, HEADER_BYTES = CELL_BYTES };

static void write_cells(struct thread *thread, size_t position, uint64_t from, uint64_t to)
{
    const struct prepared_file *file = &thread->layout->files[position];
    uint64_t cells = (to - from) / CELL_BYTES;
    uint64_t count = 1 + below(thread, below(thread, 30) ? (cells < 64 ? cells : 64) : (cells < 2048 ? cells : 2048));
    uint64_t first = below(thread, cells - count + 1);
    struct record what = {.kind = KIND_WRITE, .file = file->number, .offset = from + first * CELL_BYTES,
                          .length = count * CELL_BYTES};
    /* The descriptors in even places are shared with other threads, and so are their offsets. */
    if (position % 2 == 0)
        snprintf(what.call, sizeof what.call, "%s", below(thread, 2) ? "pwrite" : "pwritev");
    else
        choose_call(thread, what.call);
    fill(thread->buffer, what.length, what.offset, operation_id(thread));
    struct record *record = begins(thread, &what);
    long written = write_at(thread->shared_descriptors[position], thread->buffer, what.length, what.offset, what.call);
    ended(record, written < 0 ? errno : 0);
    if (written != (long)what.length)
        fail("%s took %ld", what.call, written);
}

static void append(struct thread *thread, size_t position)
{
    const struct prepared_file *file = &thread->layout->files[position];
    struct record what = {.kind = KIND_APPEND, .file = file->number, .length = CELL_BYTES * (1 + below(thread, APPENDED_CELLS_LIMIT))};
    snprintf(what.call, sizeof what.call, "%s", below(thread, 2) ? "write" : "writev");
    fill(thread->buffer, what.length, 0, operation_id(thread));
    int descriptor = thread->shared_descriptors[position];
    struct record *record = begins(thread, &what);
    long written;
    if (strcmp(what.call, "write") == 0) {
        written = write(descriptor, thread->buffer, what.length);
    } else {
        struct iovec parts[2] = {{thread->buffer, 5}, {thread->buffer + 5, what.length - 5}};
        written = writev(descriptor, parts, 2);
    }
    ended(record, written < 0 ? errno : 0);
    if (written != (long)what.length)
        fail("append took %ld", written);
}

static void cut_off(struct thread *thread, size_t position)
{
    const struct prepared_file *file = &thread->layout->files[position];
    uint64_t cells = file->size / CELL_BYTES;
    struct record what = {.kind = KIND_TRUNCATE, .file = file->number, .call = "ftruncate",
                          .length = HEADER_BYTES + CELL_BYTES * below(thread, cells)};
    struct record *record = begins(thread, &what);
    int result = ftruncate(thread->shared_descriptors[position], (off_t)what.length);
    ended(record, result < 0 ? errno : 0);
    if (result != 0)
        fail("ftruncate");
}

void shared_step(struct thread *thread)
{
    size_t position = below(thread, thread->layout->count);
    while (thread->layout->files[position].role == ROLE_PRIVATE)
        position = below(thread, position);
    const struct prepared_file *file = &thread->layout->files[position];
    uint64_t threads = thread->settings->processes * thread->settings->threads;
    uint64_t lane = (file->size - HEADER_BYTES) / threads / CELL_BYTES * CELL_BYTES;
    switch (file->role) {
    case ROLE_LANES:
        write_cells(thread, position, HEADER_BYTES + thread->index * lane, HEADER_BYTES + (thread->index + 1) * lane);
        break;
    case ROLE_MIXED:
        /* A crowded beginning, so that writes meet. */
        write_cells(thread, position, HEADER_BYTES, below(thread, 2) ? HEADER_BYTES + 2048 : file->size);
        break;
    case ROLE_CUT:
        if (file->owner == thread->index && below(thread, 2) == 0)
            cut_off(thread, position);
        else
            write_cells(thread, position, HEADER_BYTES, below(thread, 2) ? HEADER_BYTES + 4096 : file->size);
        break;
    default:
        append(thread, position);
        break;
    }
}
