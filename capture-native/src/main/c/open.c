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

/* The directory of the new file's path in level->path, also where the program may not search the way there. */
static struct file_id parent_of(struct level *level, const struct opening *opening, uint32_t length)
{
    struct file_id parent = place_parent(level, level->path, length);
    struct place place;
    if (parent.inode == 0 && place_find(level, PLACE_NEW, opening->at, opening->path, follows(opening->flags), &place) == PLACE_FOUND) {
        if (place.path_length == length && memory_equal(place.path, level->path, length)) {
            parent = place_directory(&place);
        }
        place_close(&place);
    }
    return parent;
}

/* Records a file that the open made; its true path is that of the new descriptor. */
static void record_created(struct level *level, const struct opening *opening, bool nameless)
{
    long fd = opening->call->result;
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
    naming.parent = parent_of(level, opening, (uint32_t)length);
    if (naming.parent.inode == 0 && !nameless) {
        naming_record_unknown(level, KIND_CREATE);
        return;
    }
    naming.extended = extended_read(level, fd, "");
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
            record_created(level, opening, true);
        } else {
            ring_overrun();
        }
    }
    level_leave(level);
    return true;
}

/* Makes the open of a file that is there and will be cut. The level may hold the name lock. */
static void make_cutting(struct level *level, const struct opening *opening, const struct descriptor *file)
{
    struct data_change change = {.call = opening->call, .fd = -1, .level = level, .descriptor = *file, .handle = -1};
    struct file_id id = file->id;
    data_announce(&change, KIND_TRUNCATE, 0, RING_UNBOUNDED);
    call_make(opening->call);
    struct statx status;
    if (!kernel_failed(opening->call->result)
        && watch_status(opening->call->result, "", AT_EMPTY_PATH, &status) == 0 && is_regular(&status)) {
        struct file_id opened = watch_file_id(&status);
        bool other = opened.inode != id.inode || opened.device != id.device || opened.birth_ns != id.birth_ns;
        change.descriptor.id = opened;
        change.handle = opening->call->result;
        data_truncated(&change, 0);
        if (other) {
            data_reread(&change, 0, RING_UNBOUNDED);
        }
    }
    data_end(&change);
}

/* Which file an open with O_TRUNC would cut; false when it is none of ours. */
static bool find_cut(const struct opening *opening, struct descriptor *file)
{
    long handle;
    if (!descriptor_by_path(opening->at, opening->path, follows(opening->flags), file, &handle)) {
        return false;
    }
    descriptor_close_handle(handle);
    return true;
}

/* Whether a watched file that will be cut has privileges to lose; true when it cannot be told. */
static bool cut_is_privileged(const struct opening *opening, const struct statx *status)
{
    long follow = follows(opening->flags) ? 0 : O_NOFOLLOW;
    long fd = kernel(__NR_openat, opening->at, opening->path, O_PATH | O_CLOEXEC | follow);
    if (kernel_failed(fd)) {
        return true;
    }
    bool privileged = descriptor_is_privileged(fd, status);
    kernel(__NR_close, fd);
    return privileged;
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
        struct descriptor file = {
            .kind = DESCRIPTOR_WATCHED, .id = watch_file_id(&before), .privileged = cut_is_privileged(opening, &before)};
        make_cutting(level, opening, &file);
        return;
    }
    call_make(opening->call);
    if (!there && !kernel_failed(opening->call->result)) {
        record_created(level, opening, false);
    }
    level_leave(level);
}

static bool capture_cutting(const struct opening *opening)
{
    struct data_change change;
    struct descriptor file;
    if (!find_cut(opening, &file)) {
        return false;
    }
    if (data_begin_known(&change, opening->call, &file) == DATA_CAPTURE) {
        make_cutting(change.level, opening, &file);
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
