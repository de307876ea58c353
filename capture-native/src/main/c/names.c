/* Calls that make, move and remove names. */
#include "descriptor.h"
#include "memory.h"
#include "naming.h"
#include "ring.h"

enum {
    UNIX_SOCKETS = 1,
    SOCKET_PATH_AT = 2,
    SOCKET_PATH_BYTES = 108,
};

static uint64_t ring_tail(void)
{
    return __atomic_load_n(&ring.header->tail, __ATOMIC_ACQUIRE);
}

static bool look_at(const struct place *place, struct statx *status)
{
    return watch_status(place->directory, place->name, AT_SYMLINK_NOFOLLOW, status) == 0;
}

/* A change of one name. */
struct single {
    struct call *call;
    uint32_t kind;
    long at;
    const char *path;
};

static void record_single(struct level *level, const struct single *single, const struct place *place, struct statx *before)
{
    struct naming naming = {
        .kind = single->kind,
        .parent = place_directory(place),
        .path = place->path,
        .path_length = place->path_length,
        .target = level->target,
    };
    if (single->kind == KIND_UNLINK || single->kind == KIND_RMDIR) {
        naming.status = *before;
        naming.status.stx_nlink -= before->stx_nlink > 0;
    } else if (!look_at(place, &naming.status)) {
        naming_record_unknown(level, single->kind);
        return;
    }
    if (single->kind == KIND_MKNOD && (naming.status.stx_mode & MODE_TYPE) == MODE_REGULAR) {
        naming.kind = KIND_CREATE;
    }
    if (single->kind == KIND_SYMLINK) {
        long length = kernel(__NR_readlinkat, place->directory, place->name, level->target, sizeof level->target);
        naming.target_length = length > 0 ? (uint32_t)length : 0;
    }
    if (single->kind != KIND_UNLINK && single->kind != KIND_RMDIR) {
        naming.extended = extended_read(level, place->directory, place->name);
    }
    naming_record(level, &naming);
}

static void make_single(struct level *level, const struct single *single, struct place *place)
{
    struct statx before = {0};
    if (single->kind == KIND_UNLINK || single->kind == KIND_RMDIR) {
        look_at(place, &before);
    }
    call_make(single->call);
    if (single->call->result == 0) {
        record_single(level, single, place, &before);
    }
    place_close(place);
    level_leave(level);
}

static bool capture_single(const struct single *single)
{
    struct place place;
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(single->call);
        return true;
    }
    uint64_t tail = ring_tail();
    enum place_answer answer = place_find(level, PLACE_OLD, single->at, single->path, false, &place);
    if (answer == PLACE_UNKNOWN) {
        naming_make_unknown(level, single->call, single->kind);
        return true;
    }
    if (answer == PLACE_NOWHERE || !place.inside || !naming_begin(level, single->kind)) {
        bool uncaptured = answer == PLACE_FOUND && place.inside;
        if (answer == PLACE_FOUND) {
            place_close(&place);
        }
        level_leave(level);
        if (uncaptured) {
            naming_make_uncaptured(single->call);
        }
        return uncaptured;
    }
    if (ring_tail() != tail) {
        /* Somebody changed something while we waited: the way there may have been renamed. */
        place_close(&place);
        if (place_find(level, PLACE_OLD, single->at, single->path, false, &place) != PLACE_FOUND) {
            naming_make_unknown(level, single->call, single->kind);
            return true;
        }
    }
    make_single(level, single, &place);
    return true;
}

static bool single_at(struct call *call, uint32_t kind, long at, long path)
{
    struct single single = {call, kind, at, (const char *)path};
    return capture_single(&single);
}

bool call_unlink(struct call *call)
{
    return single_at(call, KIND_UNLINK, AT_FDCWD, call->argument[0]);
}

bool call_rmdir(struct call *call)
{
    return single_at(call, KIND_RMDIR, AT_FDCWD, call->argument[0]);
}

bool call_unlinkat(struct call *call)
{
    uint32_t kind = (call->argument[2] & AT_REMOVEDIR) != 0 ? KIND_RMDIR : KIND_UNLINK;
    return single_at(call, kind, call->argument[0], call->argument[1]);
}

bool call_mkdir(struct call *call)
{
    return single_at(call, KIND_MKDIR, AT_FDCWD, call->argument[0]);
}

bool call_mkdirat(struct call *call)
{
    return single_at(call, KIND_MKDIR, call->argument[0], call->argument[1]);
}

bool call_mknod(struct call *call)
{
    return single_at(call, KIND_MKNOD, AT_FDCWD, call->argument[0]);
}

bool call_mknodat(struct call *call)
{
    return single_at(call, KIND_MKNOD, call->argument[0], call->argument[1]);
}

bool call_symlink(struct call *call)
{
    return single_at(call, KIND_SYMLINK, AT_FDCWD, call->argument[1]);
}

bool call_symlinkat(struct call *call)
{
    return single_at(call, KIND_SYMLINK, call->argument[1], call->argument[2]);
}

/* A socket bound to a path makes a name. */
bool call_bind(struct call *call)
{
    const char *address = (const char *)call->argument[1];
    uint64_t bytes = (uint64_t)call->argument[2];
    char path[SOCKET_PATH_BYTES + 1];
    if (bytes <= SOCKET_PATH_AT || bytes > SOCKET_PATH_AT + SOCKET_PATH_BYTES || !memory_readable(NULL, address, bytes)
        || address[0] != UNIX_SOCKETS || address[1] != 0 || address[SOCKET_PATH_AT] == 0) {
        return false;
    }
    memory_copy(path, address + SOCKET_PATH_AT, bytes - SOCKET_PATH_AT);
    path[bytes - SOCKET_PATH_AT] = 0;
    return single_at(call, KIND_MKNOD, AT_FDCWD, (long)path);
}

/* Below the watched directories other files may have come or gone with it. */
bool call_mounts(struct call *call)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        naming_make_uncaptured(call);
    } else {
        naming_make_unknown(level, call, KIND_MKDIR);
    }
    return true;
}
