/* What is watched: the ring's root directories. Thread-safe and signal-safe. */
#ifndef CATCHWATER_WATCH_H
#define CATCHWATER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel.h"
#include "ring_layout.h"

/* Whether a canonical path is a root or lies below one. */
bool watch_contains(const char *path, size_t length);

/* Whether one of the roots is on this device (major << 32 | minor). */
bool watch_has_device(uint64_t device);

/*
 * Whether a file of which only a path outside the tree is known may have another name inside: a regular
 * file with several names on the device of a root.
 */
bool watch_may_hold(const struct statx *status);

/* To be called around a call that gives the process another root directory; the second when it has. */
void watch_before_root_changes(void);
void watch_root_changed(void);

struct file_id watch_file_id(const struct statx *status);

static inline uint64_t watch_device(uint32_t major, uint32_t minor)
{
    return (uint64_t)major << 32 | minor;
}

/* statx of a descriptor, or of a path below a directory's descriptor; 0 or a negative errno. */
long watch_status(long directory, const char *path, long flags, struct statx *status);

/* Room for the name of a descriptor in /proc. */
enum { WATCH_LINK_BYTES = 32 };

/* The name of an open descriptor in /proc, which leads to the very file; its length. link has WATCH_LINK_BYTES. */
size_t watch_descriptor_link(long fd, char *link);

/*
 * The path of an open descriptor without its NUL; length, or a negative errno: -E_NAMETOOLONG when it may be
 * watched and its path cannot be told (too long, no /proc, another root). buffer has PATH_BUFFER_BYTES.
 */
long watch_descriptor_path(long fd, char *buffer, size_t limit);

#endif
