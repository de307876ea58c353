/* Changes of names and attributes: in order by the name lock, recorded as NAMES. Thread-safe, signal-safe. */
#ifndef CATCHWATER_NAMING_H
#define CATCHWATER_NAMING_H

#include "call.h"
#include "extended.h"
#include "place.h"
#include "thread.h"

/* What is recorded. path and new_path are canonical; lengths 0 where there is none. */
struct naming {
    uint32_t kind;
    uint32_t flags;
    struct statx status;
    struct file_id parent;
    struct file_id new_parent;
    const char *path;
    uint32_t path_length;
    const char *new_path;
    uint32_t new_path_length;
    const char *target;
    uint32_t target_length;
    struct extended extended;
};

/*
 * Announces a change of names and takes the name lock; when that is not to be had in time the entry will be
 * FLAG_UNORDERED. False when no slot is free. level_leave gives all of it back.
 */
bool naming_begin(struct level *level, uint32_t kind);

/* Records the change; the status is the file's after it. */
void naming_record(struct level *level, const struct naming *naming);

/* Records the attributes that an open file has now; takes the name lock when the level does not hold it. */
void naming_record_attributes(struct level *level, long handle);

/* Records that names changed in a way that could not be told: they have to be listed again. */
void naming_record_unknown(struct level *level, uint32_t kind);

/* Makes a call whose place cannot be told, and says so if it succeeds. Ends the level. */
void naming_make_unknown(struct level *level, struct call *call, uint32_t kind);

/* Makes a call that cannot be captured at all; counts an overrun if it succeeds. */
void naming_make_uncaptured(struct call *call);

#endif
