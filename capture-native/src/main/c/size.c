/* Calls that change how long a file is, or move its bytes. */
#include "data.h"
#include "memory.h"
#include "ring.h"
#include "watch.h"

enum {
    FALLOCATE_KEEP_SIZE = 1,
    FALLOCATE_PUNCH_HOLE = 2,
    FALLOCATE_COLLAPSE = 8,
    FALLOCATE_ZERO = 16,
    FALLOCATE_INSERT = 32,
    FALLOCATE_UNSHARE = 64,
    FALLOCATE_WRITE_ZEROES = 128,
};
#define IOCTL_CLONE 0x40049409UL
#define IOCTL_CLONE_RANGE 0x4020940dUL

struct clone_range {
    int64_t from_fd;
    uint64_t from_offset;
    uint64_t length;
    uint64_t offset;
};

bool call_ftruncate(struct call *call)
{
    struct data_change change;
    enum data_road road = data_begin(&change, call, (int)call->argument[0]);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    uint64_t size = (uint64_t)call->argument[1];
    data_announce(&change, KIND_TRUNCATE, size, RING_UNBOUNDED);
    call_make(call);
    if (call->result == 0) {
        data_truncated(&change, size);
    }
    data_end(&change);
    return true;
}

static bool same_file(const struct file_id *a, const struct file_id *b)
{
    return a->inode == b->inode && a->device == b->device && a->birth_ns == b->birth_ns;
}

bool call_truncate(struct call *call)
{
    struct data_change change;
    struct descriptor file;
    struct descriptor after;
    const char *path = (const char *)call->argument[0];
    long handle;
    if (!descriptor_by_path(AT_FDCWD, path, true, &file, &handle)) {
        return false;
    }
    descriptor_close_handle(handle);
    if (data_begin_known(&change, call, &file) != DATA_CAPTURE) {
        return true;
    }
    uint64_t size = (uint64_t)call->argument[1];
    data_announce(&change, KIND_TRUNCATE, size, RING_UNBOUNDED);
    call_make(call);
    if (call->result == 0) {
        data_truncated(&change, size);
        bool there = descriptor_by_path(AT_FDCWD, path, true, &after, &handle);
        change.handle = there ? handle : -1;
        if (there && !same_file(&after.id, &file.id)) {
            /* The name moved to another file meanwhile: either may have been cut. */
            data_reread(&change, 0, RING_UNBOUNDED);
            change.descriptor.id = after.id;
            data_reread(&change, 0, RING_UNBOUNDED);
        }
    }
    data_end(&change);
    descriptor_close_handle(change.handle);
    return true;
}

/* What a call that failed in the midst of its range has left there. */
static void reread_half_done(struct data_change *change, uint64_t start, uint64_t end)
{
    if (!data_refused(change)) {
        data_reread(change, start, end);
    }
}

bool call_fallocate(struct call *call)
{
    struct data_change change;
    long mode = call->argument[1];
    uint64_t start = (uint64_t)call->argument[2];
    uint64_t end = start + (uint64_t)call->argument[3];
    bool shifts = (mode & (FALLOCATE_COLLAPSE | FALLOCATE_INSERT)) != 0;
    bool rewrites = (mode & (FALLOCATE_PUNCH_HOLE | FALLOCATE_ZERO | FALLOCATE_WRITE_ZEROES)) != 0;
    enum data_road road = data_begin(&change, call, (int)call->argument[0]);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    bool grows = !shifts && (mode & FALLOCATE_KEEP_SIZE) == 0;
    bool sizes = !shifts && !rewrites;
    data_announce(&change, sizes ? KIND_TRUNCATE : KIND_WRITE, start, shifts || grows ? RING_UNBOUNDED : end);
    int64_t before = data_file_size(change.fd);
    call_make(call);
    if (call->result == 0) {
        if (grows && before >= 0 && (uint64_t)before < end) {
            data_truncated(&change, end);
        } else if (sizes) {
            change.times_only = true;
        }
        if (shifts || rewrites) {
            data_reread(&change, start, shifts ? RING_UNBOUNDED : end);
        }
    } else {
        data_failed(&change);
        reread_half_done(&change, start, shifts || grows ? RING_UNBOUNDED : end);
    }
    data_end(&change);
    return true;
}

bool call_ioctl(struct call *call)
{
    struct data_change change;
    uint64_t request = (uint64_t)call->argument[1] & 0xffffffff;
    const struct clone_range *range = (const struct clone_range *)call->argument[2];
    if (request != IOCTL_CLONE && request != IOCTL_CLONE_RANGE) {
        return false;
    }
    uint64_t start = 0;
    uint64_t end = RING_UNBOUNDED;
    if (request == IOCTL_CLONE_RANGE) {
        if (!memory_readable(NULL, range, sizeof *range)) {
            return false;
        }
        start = range->offset;
        end = range->length == 0 ? RING_UNBOUNDED : start + range->length;
    }
    enum data_road road = data_begin(&change, call, (int)call->argument[0]);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    data_announce(&change, KIND_WRITE, start, end);
    call_make(call);
    if (call->result == 0) {
        data_reread(&change, start, end);
    } else {
        data_failed(&change);
        reread_half_done(&change, start, end);
    }
    data_end(&change);
    return true;
}
