#include "naming.h"

#include "descriptor.h"
#include "ring.h"

#define NS_PER_SECOND 1000000000LL

bool naming_begin(struct level *level, uint32_t kind)
{
    struct slot_change change = {kind, {0, 0, 0}, 0, RING_UNBOUNDED};
    if (!level_take_slot(level)) {
        return false;
    }
    slot_announce(level->slot, &change);
    level->holds_names = slot_lock_names(level->slot);
    return true;
}

static uint64_t modified_ns(const struct statx *status)
{
    return (uint64_t)(status->stx_mtime.tv_sec * NS_PER_SECOND + status->stx_mtime.tv_nsec);
}

void naming_record(struct level *level, const struct naming *naming)
{
    const struct statx *status = &naming->status;
    struct ring_names names = {
        .parent = naming->parent,
        .new_parent = naming->new_parent,
        .mode = status->stx_mode,
        .uid = status->stx_uid,
        .gid = status->stx_gid,
        .links = status->stx_nlink,
        .modified_ns = modified_ns(status),
        .special_device = watch_device(status->stx_rdev_major, status->stx_rdev_minor),
        .content_size = status->stx_size,
        .path_length = (uint16_t)naming->path_length,
        .new_path_length = (uint16_t)naming->new_path_length,
        .target_length = (uint16_t)naming->target_length,
        .extended_length = naming->extended.said ? (uint16_t)naming->extended.length : RING_EXTENDED_UNSAID,
    };
    struct ring_record record = {
        .kind = naming->kind,
        .flags = naming->flags | (naming->extended.said && !naming->extended.trusted_seen ? FLAG_TRUSTED_UNSEEN : 0),
        .id = watch_file_id(status),
        .part = {
            {&names, sizeof names},
            {naming->path, naming->path_length},
            {naming->new_path, naming->new_path_length},
            {naming->target, naming->target_length},
            {naming->extended.block, naming->extended.length},
        },
    };
    if (!level_take_slot(level)) {
        ring_overrun();
    } else if (!ring_kind_disabled(naming->kind)) {
        ring_append(level->slot, &record);
    }
}

void naming_record_unknown(struct level *level, uint32_t kind)
{
    struct naming naming = {.kind = kind, .flags = FLAG_UNORDERED};
    naming_record(level, &naming);
}

void naming_make_unknown(struct level *level, struct call *call, uint32_t kind)
{
    bool announced = level_take_slot(level);
    if (announced && !slot_in_flight(level->slot)) {
        struct slot_change change = {kind, {0, 0, 0}, 0, RING_UNBOUNDED};
        slot_announce(level->slot, &change);
    }
    call_make(call);
    if (!kernel_failed(call->result)) {
        descriptor_forget_everywhere();
        naming_record_unknown(level, kind);
    }
    level_leave(level);
}

void naming_make_uncaptured(struct call *call)
{
    call_make(call);
    if (!kernel_failed(call->result)) {
        ring_overrun();
    }
}
