/* Opens that make a file or cut one. */
#include "data.h"
#include "memory.h"
#include "naming.h"
#include "ring.h"

enum {
    TMPFILE_BIT = 020000000,
};

struct opening {
    struct call *call;
    long at;
    const char *path;
    long flags;
};

static bool is_regular(const struct statx *status)
{
    return (status->stx_mode & MODE_TYPE) == MODE_REGULAR;
}

static bool follows(long flags)
{
    return (flags & O_NOFOLLOW) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
}

/* Records a file that the open made; its true path is that of the new descriptor. */
static void record_created(struct level *level, long fd, bool nameless)
{
    struct naming naming = {.kind = KIND_CREATE, .path = level->path};
    if (watch_status(fd, "", AT_EMPTY_PATH, &naming.status) != 0) {
        naming_record_unknown(level, KIND_CREATE);
        return;
    }
    long length = watch_descriptor_path(fd, level->path, sizeof level->path);
    if (length < 0) {
        naming_record_unknown(level, KIND_CREATE);
        return;
    }
    naming.parent = place_parent(level, level->path, (uint32_t)length);
    naming.path_length = nameless || naming.status.stx_nlink == 0 ? 0 : (uint32_t)length;
    naming_record(level, &naming);
}

static bool capture_nameless(const struct opening *opening)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(opening->call);
        return true;
    }
    call_make(opening->call);
    long fd = opening->call->result;
    if (!kernel_failed(fd) && descriptor_find(fd).kind == DESCRIPTOR_WATCHED) {
        struct slot_change change = {KIND_CREATE, {0, 0, 0}, 0, RING_UNBOUNDED};
        if (level_take_slot(level)) {
            slot_announce(level->slot, &change);
            record_created(level, fd, true);
        } else {
            ring_overrun();
        }
    }
    level_leave(level);
    return true;
}

/* Makes the open of a file that is there and will be cut. The level may hold the name lock. */
static void make_cutting(struct level *level, const struct opening *opening, struct file_id id)
{
    struct data_change change = {.call = opening->call, .fd = -1, .level = level};
    change.descriptor = (struct descriptor){.kind = DESCRIPTOR_WATCHED, .id = id};
    data_announce(&change, KIND_TRUNCATE, 0, RING_UNBOUNDED);
    call_make(opening->call);
    struct statx status;
    if (!kernel_failed(opening->call->result)
        && watch_status(opening->call->result, "", AT_EMPTY_PATH, &status) == 0 && is_regular(&status)) {
        struct file_id opened = watch_file_id(&status);
        bool other = opened.inode != id.inode || opened.device != id.device || opened.birth_ns != id.birth_ns;
        change.descriptor.id = opened;
        data_truncated(&change, 0);
        if (other) {
            data_reread(&change, 0, RING_UNBOUNDED);
        }
    }
    data_end(&change);
}

/* Under the name lock: the open makes a file, cuts one, or does neither. */
static void make_locked(struct level *level, const struct opening *opening)
{
    struct statx before;
    long flags = follows(opening->flags) ? 0 : AT_SYMLINK_NOFOLLOW;
    bool there = watch_status(opening->at, opening->path, flags, &before) == 0;
    if (there && !is_regular(&before)) {
        /* A fifo may make the open wait for ever: not under the lock. */
        level_leave(level);
        call_make(opening->call);
        return;
    }
    if (there && (opening->flags & O_TRUNC) != 0) {
        make_cutting(level, opening, watch_file_id(&before));
        return;
    }
    call_make(opening->call);
    if (!there && !kernel_failed(opening->call->result)) {
        record_created(level, opening->call->result, false);
    }
    level_leave(level);
}

static bool capture_cutting(const struct opening *opening)
{
    struct data_change change;
    struct file_id id;
    if (!descriptor_by_path(opening->at, opening->path, follows(opening->flags), &id)) {
        return false;
    }
    if (data_begin_known(&change, opening->call, -1, id) == DATA_CAPTURE) {
        make_cutting(change.level, opening, id);
    }
    return true;
}

static bool capture_creating(const struct opening *opening)
{
    struct place place;
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(opening->call);
        return true;
    }
    enum place_answer answer = place_find(level, PLACE_OLD, opening->at, opening->path, follows(opening->flags), &place);
    if (answer == PLACE_UNKNOWN) {
        naming_make_unknown(level, opening->call, KIND_CREATE);
        return true;
    }
    if (answer == PLACE_FOUND) {
        /* Closed before the real open, which is to get the number that it would have got without us. */
        place_close(&place);
    }
    if (answer == PLACE_NOWHERE || !place.inside) {
        level_leave(level);
        return (opening->flags & O_TRUNC) != 0 && capture_cutting(opening);
    }
    if (!naming_begin(level, KIND_CREATE)) {
        level_leave(level);
        naming_make_uncaptured(opening->call);
        return true;
    }
    make_locked(level, opening);
    return true;
}

static bool capture_open(struct call *call, long at, long path, long flags)
{
    struct opening opening = {call, (int)at, (const char *)path, flags};
    if ((flags & O_PATH) != 0) {
        return false;
    }
    if ((flags & TMPFILE_BIT) != 0) {
        return capture_nameless(&opening);
    }
    if ((flags & O_CREAT) != 0) {
        return capture_creating(&opening);
    }
    return (flags & O_TRUNC) != 0 && capture_cutting(&opening);
}

bool call_open(struct call *call)
{
    return capture_open(call, AT_FDCWD, call->argument[0], call->argument[1]);
}

bool call_openat(struct call *call)
{
    return capture_open(call, call->argument[0], call->argument[1], call->argument[2]);
}

bool call_openat2(struct call *call)
{
    const uint64_t *how = (const uint64_t *)call->argument[2];
    if (!memory_readable(NULL, how, sizeof *how)) {
        return false;
    }
    return capture_open(call, call->argument[0], call->argument[1], (long)how[0]);
}

bool call_creat(struct call *call)
{
    return capture_open(call, AT_FDCWD, call->argument[0], O_CREAT | O_WRONLY | O_TRUNC);
}
