/* Calls that change how long a file is, move its bytes, or give the program a way around the hook. */
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
    PROT_WRITE = 2,
    MAP_TYPE = 15,
    MAP_SHARED = 1,
    MAP_SHARED_VALIDATE = 3,
    MAP_FIXED = 16,
    MAP_ANONYMOUS = 32,
    PROT_READ = 1,
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

/* What truncate() would open, by a handle for the caller to close; -1 when it is not watched. */
static long find_by_path(const char *path, struct descriptor *file)
{
    struct statx status;
    long handle = kernel(__NR_open, path, O_PATH | O_CLOEXEC);
    if (kernel_failed(handle)) {
        return -1;
    }
    if (!descriptor_by_handle(handle, &status)) {
        kernel(__NR_close, handle);
        return -1;
    }
    *file = (struct descriptor){
        .kind = DESCRIPTOR_WATCHED, .id = watch_file_id(&status), .privileged = descriptor_is_privileged(handle, &status)};
    return handle;
}

bool call_truncate(struct call *call)
{
    struct data_change change;
    struct descriptor file;
    struct descriptor after;
    long handle = find_by_path((const char *)call->argument[0], &file);
    if (handle < 0) {
        return false;
    }
    kernel(__NR_close, handle);
    if (data_begin_known(&change, call, &file) != DATA_CAPTURE) {
        return true;
    }
    uint64_t size = (uint64_t)call->argument[1];
    data_announce(&change, KIND_TRUNCATE, size, RING_UNBOUNDED);
    call_make(call);
    if (call->result == 0) {
        data_truncated(&change, size);
        handle = find_by_path((const char *)call->argument[0], &after);
        change.handle = handle;
        if (handle >= 0
            && (after.id.inode != file.id.inode || after.id.device != file.id.device || after.id.birth_ns != file.id.birth_ns)) {
            /* The name moved to another file meanwhile: either may have been cut. */
            data_reread(&change, 0, RING_UNBOUNDED);
            change.descriptor.id = after.id;
            data_reread(&change, 0, RING_UNBOUNDED);
        }
    }
    data_end(&change);
    if (change.handle >= 0) {
        kernel(__NR_close, handle);
    }
    return true;
}

bool call_fallocate(struct call *call)
{
    struct data_change change;
    long mode = call->argument[1];
    uint64_t start = (uint64_t)call->argument[2];
    uint64_t end = start + (uint64_t)call->argument[3];
    bool shifts = (mode & (FALLOCATE_COLLAPSE | FALLOCATE_INSERT)) != 0;
    bool rewrites = (mode & (FALLOCATE_PUNCH_HOLE | FALLOCATE_ZERO | FALLOCATE_WRITE_ZEROES)) != 0;
    if (!shifts && !rewrites && (mode & FALLOCATE_KEEP_SIZE) != 0) {
        return false;
    }
    enum data_road road = data_begin(&change, call, (int)call->argument[0]);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    bool grows = !shifts && (mode & FALLOCATE_KEEP_SIZE) == 0;
    data_announce(&change, grows && !rewrites ? KIND_TRUNCATE : KIND_WRITE, start, shifts || grows ? RING_UNBOUNDED : end);
    int64_t before = data_file_size(change.fd);
    call_make(call);
    if (call->result == 0) {
        if (grows && before >= 0 && (uint64_t)before < end) {
            data_truncated(&change, end);
        }
        if (shifts || rewrites) {
            data_reread(&change, start, shifts ? RING_UNBOUNDED : end);
        }
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
    }
    data_end(&change);
    return true;
}

static void record_mapped(struct level *level, const struct descriptor *descriptor, uint64_t offset, uint64_t bytes)
{
    struct slot_change change = {KIND_MAPPED, descriptor->id, offset, offset + bytes};
    struct ring_record record = {.kind = KIND_MAPPED, .id = descriptor->id, .file_offset = offset, .size = bytes};
    if (!level_take_slot(level)) {
        ring_overrun();
    } else if (!ring_kind_disabled(KIND_MAPPED)) {
        slot_announce(level->slot, &change);
        ring_append(level->slot, &record);
    }
}

bool call_mmap(struct call *call)
{
    long flags = call->argument[3];
    long type = flags & MAP_TYPE;
    if ((flags & MAP_FIXED) != 0 && (call->argument[2] & PROT_READ) == 0) {
        memory_mappings_changed();
    }
    if ((call->argument[2] & PROT_WRITE) == 0 || (type != MAP_SHARED && type != MAP_SHARED_VALIDATE)
        || (flags & MAP_ANONYMOUS) != 0) {
        return false;
    }
    struct descriptor descriptor = descriptor_find((int)call->argument[4]);
    if (descriptor.kind != DESCRIPTOR_WATCHED) {
        return false;
    }
    struct level *level = level_enter(__builtin_frame_address(0));
    call_make(call);
    if (!kernel_failed(call->result)) {
        if (level != NULL) {
            record_mapped(level, &descriptor, (uint64_t)call->argument[5], (uint64_t)call->argument[1]);
        } else {
            ring_overrun();
        }
    }
    if (level != NULL) {
        level_leave(level);
    }
    return true;
}

/* What is unmapped or protected may no longer be read by the copy before a write. */
bool call_mappings_change(struct call *call)
{
    call_make(call);
    memory_mappings_changed();
    return true;
}
