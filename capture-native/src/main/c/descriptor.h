/*
 * What the program's descriptors are. The kernel is asked at a descriptor's first use in an activation; the
 * answer is kept until the descriptor is closed, a name crosses the border of the tree, or capture is
 * switched. Thread-safe and signal-safe.
 */
#ifndef CATCHWATER_DESCRIPTOR_H
#define CATCHWATER_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"
#include "ring_layout.h"
#include "thread.h"

/* Descriptors whose answers are kept; higher ones are asked for at each use. */
enum { DESCRIPTOR_LIMIT = 65536 };

enum descriptor_kind {
    /* Nothing that could ever be watched: a pipe, a socket, a terminal, a directory, nothing open. */
    DESCRIPTOR_FOREIGN,
    /* A regular file outside the tree. It may come to be inside. */
    DESCRIPTOR_OUTSIDE,
    DESCRIPTOR_WATCHED,
};

struct descriptor {
    enum descriptor_kind kind;
    bool appends;
    /* Has setuid, setgid or capabilities, which the kernel takes from a file whose content changes. */
    bool privileged;
    struct file_id id;
    /* When the answer was given: see descriptor_changed. */
    uint64_t version;
    uint64_t epoch;
};

/* What a descriptor is now. Uses a little stack only when the answer is not kept. */
struct descriptor descriptor_find(long fd);

/* Whether an open descriptor, which may be O_PATH, is of a watched regular file; fills in its status. Nothing is kept. */
bool descriptor_by_handle(long fd, struct statx *status);

/* Whether an open file, which may be O_PATH, has setuid, setgid or capabilities. */
bool descriptor_is_privileged(long fd, const struct statx *status);

/*
 * Whether a path leads to a watched regular file; says which, with an O_PATH descriptor for the caller to close with
 * descriptor_close_handle. When no descriptor is to be had for looking, every file on a root's device counts as watched,
 * and the handle is negative. Nothing is kept.
 */
bool descriptor_by_path(long at, const char *path, bool follow, struct descriptor *file, long *handle);

/* Closes it, unless it is negative. */
void descriptor_close_handle(long handle);

/* Whether the descriptor may have become another file since the answer was given. */
bool descriptor_changed(long fd, const struct descriptor *answer);

/*
 * Around a call that closes the descriptor (close, dup2 over it): answers given between the two are not
 * kept, those given before are void.
 */
void descriptor_begin_close(long fd);
void descriptor_end_close(long fd);

/* Voids the answers of a range of descriptors, last included. */
void descriptor_forget(uint64_t first, uint64_t last);

/* Voids all answers in all processes: names have crossed the border of the tree. */
void descriptor_forget_everywhere(void);

#endif
