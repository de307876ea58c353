/* Calls that change mode, owner, times or extended attributes. */
#include "descriptor.h"
#include "memory.h"
#include "naming.h"
#include "ring.h"

static bool handle_is_watched(struct level *level, long handle)
{
    struct statx status;
    long length = watch_descriptor_path(handle, level->path, sizeof level->path);
    if (length == -E_NAMETOOLONG || (length >= 0 && watch_contains(level->path, (size_t)length))) {
        return true;
    }
    return watch_status(handle, "", AT_EMPTY_PATH, &status) == 0 && watch_may_hold(&status);
}

void naming_record_attributes(struct level *level, long handle)
{
    if (!level->holds_names && !naming_begin(level, KIND_ATTRIBUTES)) {
        ring_overrun();
        return;
    }
    struct naming naming = {.kind = KIND_ATTRIBUTES, .path = level->path};
    long length = watch_descriptor_path(handle, level->path, sizeof level->path);
    if (length < 0 || watch_status(handle, "", AT_EMPTY_PATH, &naming.status) != 0) {
        naming_record_unknown(level, KIND_ATTRIBUTES);
        return;
    }
    if (naming.status.stx_nlink > 0) {
        naming.path_length = (uint32_t)length;
        naming.parent = place_parent(level, level->path, (uint32_t)length);
    }
    naming.extended = extended_read(level, handle, "");
    if (descriptor_is_privileged(handle, &naming.status)) {
        /* Writers have to know that they will take this away. */
        descriptor_forget_everywhere();
    }
    naming_record(level, &naming);
}

/* Captures a call on the file behind the handle. */
static bool capture_handle(struct level *level, struct call *call, long handle)
{
    if (!handle_is_watched(level, handle)) {
        return false;
    }
    if (!naming_begin(level, KIND_ATTRIBUTES)) {
        naming_make_uncaptured(call);
        return true;
    }
    call_make(call);
    if (call->result == 0) {
        naming_record_attributes(level, handle);
    }
    return true;
}

bool call_attributes_by_descriptor(struct call *call)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(call);
        return true;
    }
    bool captured = capture_handle(level, call, (int)call->argument[0]);
    level_leave(level);
    return captured;
}

static bool capture_path(struct call *call, long at, const char *path, bool follow)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(call);
        return true;
    }
    long handle = kernel(__NR_openat, (int)at, path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
    if (handle == -E_MFILE || handle == -E_NFILE || handle == -E_NOMEM) {
        naming_make_unknown(level, call, KIND_ATTRIBUTES);
        return true;
    }
    bool captured = false;
    if (!kernel_failed(handle)) {
        captured = capture_handle(level, call, handle);
        kernel(__NR_close, handle);
    }
    level_leave(level);
    return captured;
}

bool call_attributes_by_path(struct call *call)
{
    bool itself = call->number == __NR_lchown || call->number == __NR_lsetxattr || call->number == __NR_lremovexattr;
    return capture_path(call, AT_FDCWD, (const char *)call->argument[0], !itself);
}

bool call_attributes_at(struct call *call)
{
    const char *path = (const char *)call->argument[1];
    long flags = 0;
    if (call->number == __NR_fchownat) {
        flags = call->argument[4];
    } else if (call->number == __NR_utimensat || call->number == CALL_FCHMODAT2) {
        flags = call->argument[3];
    } else if (call->number == CALL_SETXATTRAT || call->number == CALL_REMOVEXATTRAT) {
        flags = call->argument[2];
    }
    bool itself = path == NULL || ((flags & AT_EMPTY_PATH) != 0 && memory_readable(NULL, path, 1) && *path == 0);
    if (!itself) {
        return capture_path(call, call->argument[0], path, (flags & AT_SYMLINK_NOFOLLOW) == 0);
    }
    if ((int)call->argument[0] == AT_FDCWD) {
        return capture_path(call, AT_FDCWD, ".", true);
    }
    return call_attributes_by_descriptor(call);
}
