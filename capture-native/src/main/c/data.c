#include "data.h"

#include "naming.h"
#include "watch.h"

static bool same_file(const struct file_id *a, const struct file_id *b)
{
    return a->inode == b->inode && a->device == b->device && a->birth_ns == b->birth_ns;
}

static void announce_and_reread(struct level *level, struct file_id id)
{
    struct slot_change whole = {KIND_WRITE, id, 0, RING_UNBOUNDED};
    if (level == NULL || !level_take_slot(level)) {
        ring_overrun();
        return;
    }
    if (!slot_in_flight(level->slot)) {
        slot_announce(level->slot, &whole);
    }
    heal_reread(level->slot, id, 0, RING_UNBOUNDED);
}

/* The call went to a file that was outside, or another, when we looked: it may have come inside since. */
static void look_again(long fd, const struct descriptor *then, struct level *level)
{
    struct descriptor now = descriptor_find(fd);
    if (now.kind != DESCRIPTOR_WATCHED || (then->kind == DESCRIPTOR_WATCHED && same_file(&now.id, &then->id))) {
        return;
    }
    struct level *own = level == NULL ? level_enter(__builtin_frame_address(0)) : NULL;
    announce_and_reread(level != NULL ? level : own, now.id);
    if (own != NULL) {
        level_leave(own);
    }
}

static enum data_road capture(struct data_change *change)
{
    change->level = level_enter(__builtin_frame_address(0));
    if (change->level != NULL && level_take_slot(change->level)) {
        return DATA_CAPTURE;
    }
    call_make(change->call);
    if (!kernel_failed(change->call->result)) {
        ring_overrun();
    }
    if (change->level != NULL) {
        level_leave(change->level);
    }
    return DATA_MADE;
}

enum data_road data_begin(struct data_change *change, struct call *call, long fd)
{
    change->call = call;
    change->fd = fd;
    change->handle = fd;
    change->times_only = false;
    change->descriptor = descriptor_find(fd);
    if (change->descriptor.kind == DESCRIPTOR_FOREIGN) {
        return DATA_PASS;
    }
    if (change->descriptor.kind == DESCRIPTOR_WATCHED) {
        return capture(change);
    }
    call_make(call);
    if (!kernel_failed(call->result) && descriptor_changed(fd, &change->descriptor)) {
        look_again(fd, &change->descriptor, NULL);
    }
    return DATA_MADE;
}

enum data_road data_begin_known(struct data_change *change, struct call *call, const struct descriptor *file)
{
    change->call = call;
    change->fd = -1;
    change->handle = -1;
    change->times_only = false;
    change->descriptor = *file;
    return capture(change);
}

void data_announce(struct data_change *change, uint32_t kind, uint64_t start, uint64_t end)
{
    change->reread = false;
    struct slot_change announced = {kind, change->descriptor.id, start, end};
    change->ordered = slot_announce_in_order(change->level->slot, &announced);
}

void data_reread(struct data_change *change, uint64_t start, uint64_t end)
{
    change->reread = true;
    if (level_take_slot(change->level)) {
        heal_reread(change->level->slot, change->descriptor.id, start, end);
    } else {
        ring_overrun();
    }
}

void data_truncated(struct data_change *change, uint64_t size)
{
    struct ring_record record = {.kind = KIND_TRUNCATE, .id = change->descriptor.id, .size = size};
    if (!level_take_slot(change->level)) {
        ring_overrun();
    } else if (!ring_kind_disabled(KIND_TRUNCATE)) {
        ring_append(change->level->slot, &record);
    }
}

void data_failed(struct data_change *change)
{
    switch (-change->call->result) {
    case E_IO:
    case E_FAULT:
    case E_NOSPC:
    case E_DQUOT:
        change->times_only = true;
        break;
    default:
        /* Refused before anything was done. */
        break;
    }
}

bool data_refused(const struct data_change *change)
{
    switch (-change->call->result) {
    case E_PERM:
    case E_BADF:
    case E_FAULT:
    case E_XDEV:
    case E_NODEV:
    case E_ISDIR:
    case E_INVAL:
    case E_TXTBSY:
    case E_FBIG:
    case E_SPIPE:
    case E_OPNOTSUPP:
        return true;
    default:
        return false;
    }
}

/* What the kernel has taken away, if anything, is gone by now. */
static void record_privileges(struct data_change *change)
{
    if (change->fd >= 0) {
        descriptor_forget((uint64_t)change->fd, (uint64_t)change->fd);
    }
    naming_record_attributes(change->level, change->handle);
}

void data_end(struct data_change *change)
{
    struct ring_slot *slot = change->level->slot;
    bool moved = change->fd >= 0 && change->descriptor.epoch != 0 && descriptor_changed(change->fd, &change->descriptor);
    bool made = !kernel_failed(change->call->result);
    if (made && !change->reread && slot != NULL && slot_in_flight(slot) && slot_was_passed(slot)) {
        data_reread(change, slot->range_start, slot->range_end);
    }
    if (made && moved) {
        look_again(change->fd, &change->descriptor, change->level);
    }
    bool attributes = change->times_only || (made && (change->descriptor.privileged || moved));
    if (change->handle >= 0 && attributes) {
        record_privileges(change);
    }
    level_leave(change->level);
}

int64_t data_file_size(long fd)
{
    struct statx status;
    return watch_status(fd, "", AT_EMPTY_PATH, &status) == 0 ? (int64_t)status.stx_size : -1;
}
