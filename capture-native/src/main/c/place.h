/*
 * Where a name lies: the canonical path of its directory, and its last component, which is not followed.
 * The caller is inside a level, whose buffers are used. Thread-safe and signal-safe.
 */
#ifndef CATCHWATER_PLACE_H
#define CATCHWATER_PLACE_H

#include "thread.h"
#include "watch.h"

/* Symlinks followed at the end of a path, at most; the kernel's own limit. */
enum { PLACE_LINK_LIMIT = 40 };

enum place_answer {
    PLACE_FOUND,
    /* There is no such place: the call will fail. */
    PLACE_NOWHERE,
    /* The place cannot be told (no descriptor free, path too long), although the call may succeed. */
    PLACE_UNKNOWN,
};

struct place {
    /* In one of the level's buffers: directory, slash, name. */
    const char *path;
    uint32_t path_length;
    const char *name;
    /* O_PATH descriptor of the directory; closed by place_close. */
    long directory;
    bool inside;
};

/* Which of the level's two path buffers a place uses. */
enum place_buffer { PLACE_OLD, PLACE_NEW };

/*
 * Finds the place of a path relative to a directory's descriptor. follow: when the last component is a
 * symlink, the place it leads to. After PLACE_FOUND the caller calls place_close.
 */
enum place_answer place_find(struct level *level, enum place_buffer buffer, long at, const char *path, bool follow, struct place *place);

void place_close(struct place *place);

/* File id of a found place's directory. */
struct file_id place_directory(const struct place *place);

/* File id of the directory of a canonical path; all 0 when it is not there. */
struct file_id place_parent(struct level *level, const char *path, uint32_t length);

#endif
