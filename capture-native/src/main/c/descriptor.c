#include "descriptor.h"

#include "kernel.h"
#include "ring.h"
#include "watch.h"

enum {
    SET_ID_BITS = 06000,
};

/*
 * version counts in its upper bits how often the descriptor was closed or looked up; below are the number of closes
 * under way and a lock. The lock is held by whoever writes the rest; nobody waits for it: an answer that
 * finds it held is not kept.
 */
#define VERSION_LOCKED 1ULL
#define VERSION_CLOSING 2ULL
#define VERSION_CLOSING_MASK 0xfffeULL
#define VERSION_CLOSED 0x10000ULL

struct kept {
    uint64_t version;
    uint64_t filled;
    uint64_t epoch;
    struct file_id id;
    uint32_t kind;
    uint16_t appends;
    uint16_t privileged;
};

static struct kept table[DESCRIPTOR_LIMIT];

static uint64_t present_epoch(void)
{
    return (uint64_t)ring_active() << 32 | __atomic_load_n(&ring.header->name_epoch, __ATOMIC_SEQ_CST);
}

/* The path needs a buffer of its own: a level's may be in use by the caller. */
static bool path_is_watched(long fd)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL) {
        return true;
    }
    long length = watch_descriptor_path(fd, level->scratch, sizeof level->scratch);
    /* A path too long to be told may be ours: better recorded than lost. */
    bool watched = length == -E_NAMETOOLONG || (length >= 0 && watch_contains(level->scratch, (size_t)length));
    level_leave(level);
    return watched;
}

static enum descriptor_kind kind_of(long fd, struct statx *status)
{
    if (watch_status(fd, "", AT_EMPTY_PATH, status) != 0 || (status->stx_mode & MODE_TYPE) != MODE_REGULAR) {
        return DESCRIPTOR_FOREIGN;
    }
    return watch_may_hold(status) || path_is_watched(fd) ? DESCRIPTOR_WATCHED : DESCRIPTOR_OUTSIDE;
}

bool descriptor_by_handle(long fd, struct statx *status)
{
    return kind_of(fd, status) == DESCRIPTOR_WATCHED;
}

bool descriptor_is_privileged(long fd, const struct statx *status)
{
    char link[WATCH_LINK_BYTES];
    if ((status->stx_mode & SET_ID_BITS) != 0) {
        return true;
    }
    long length = kernel(__NR_fgetxattr, fd, "security.capability", NULL, 0);
    if (length == -E_BADF) {
        watch_descriptor_link(fd, link);
        length = kernel(__NR_getxattr, link, "security.capability", NULL, 0);
    }
    return length > 0;
}

bool descriptor_by_path(long at, const char *path, bool follow, struct descriptor *file, long *handle)
{
    struct statx status;
    bool watched = false;
    bool privileged = true;
    *handle = kernel(__NR_openat, at, path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
    if (!kernel_failed(*handle)) {
        watched = descriptor_by_handle(*handle, &status);
        privileged = watched && descriptor_is_privileged(*handle, &status);
    } else if (*handle == -E_MFILE || *handle == -E_NFILE || *handle == -E_NOMEM) {
        watched = watch_status(at, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, &status) == 0
            && (status.stx_mode & MODE_TYPE) == MODE_REGULAR
            && watch_has_device(watch_device(status.stx_dev_major, status.stx_dev_minor));
    }
    if (watched) {
        *file = (struct descriptor){.kind = DESCRIPTOR_WATCHED, .id = watch_file_id(&status), .privileged = privileged};
    } else {
        descriptor_close_handle(*handle);
    }
    return watched;
}

void descriptor_close_handle(long handle)
{
    if (handle >= 0) {
        kernel(__NR_close, handle);
    }
}

static void ask(long fd, struct descriptor *answer)
{
    struct statx status;
    answer->kind = kind_of(fd, &status);
    answer->appends = false;
    if (answer->kind != DESCRIPTOR_FOREIGN) {
        answer->id = watch_file_id(&status);
        long flags = kernel(__NR_fcntl, fd, F_GETFL);
        answer->appends = flags >= 0 && (flags & O_APPEND) != 0;
        answer->privileged = answer->kind == DESCRIPTOR_WATCHED && descriptor_is_privileged(fd, &status);
    }
}

static bool read_kept(const struct kept *kept, uint64_t version, struct descriptor *answer)
{
    if ((version & (VERSION_LOCKED | VERSION_CLOSING_MASK)) != 0) {
        return false;
    }
    answer->kind = kept->kind;
    answer->appends = kept->appends != 0;
    answer->privileged = kept->privileged != 0;
    answer->id = kept->id;
    bool right = kept->filled == (version | VERSION_LOCKED) && kept->epoch == answer->epoch;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return right && __atomic_load_n(&kept->version, __ATOMIC_RELAXED) == version;
}

static void keep(struct kept *kept, struct descriptor *answer)
{
    uint64_t version = answer->version;
    if ((version & (VERSION_LOCKED | VERSION_CLOSING_MASK)) != 0
        || !__atomic_compare_exchange_n(&kept->version, &version, version | VERSION_LOCKED, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        return;
    }
    __atomic_thread_fence(__ATOMIC_RELEASE);
    kept->kind = answer->kind;
    kept->appends = answer->appends;
    kept->privileged = answer->privileged;
    kept->id = answer->id;
    kept->epoch = answer->epoch;
    /* Good for the next version only: a close meanwhile makes another of it. */
    answer->version = version + VERSION_CLOSED;
    kept->filled = answer->version | VERSION_LOCKED;
    __atomic_fetch_add(&kept->version, VERSION_CLOSED - VERSION_LOCKED, __ATOMIC_RELEASE);
}

struct descriptor descriptor_find(long fd)
{
    struct descriptor answer = {.epoch = present_epoch()};
    if ((uint64_t)fd >= DESCRIPTOR_LIMIT || thread_is_stranger()) {
        ask(fd, &answer);
        return answer;
    }
    struct kept *kept = &table[fd];
    answer.version = __atomic_load_n(&kept->version, __ATOMIC_SEQ_CST);
    if (!read_kept(kept, answer.version, &answer)) {
        ask(fd, &answer);
        keep(kept, &answer);
    }
    return answer;
}

bool descriptor_changed(long fd, const struct descriptor *answer)
{
    if (present_epoch() != answer->epoch) {
        return true;
    }
    if ((uint64_t)fd >= DESCRIPTOR_LIMIT || thread_is_stranger()) {
        return false;
    }
    uint64_t version = __atomic_load_n(&table[fd].version, __ATOMIC_SEQ_CST);
    return ((version ^ answer->version) & ~VERSION_LOCKED) != 0;
}

void descriptor_begin_close(long fd)
{
    if ((uint64_t)fd < DESCRIPTOR_LIMIT) {
        __atomic_fetch_add(&table[fd].version, VERSION_CLOSED + VERSION_CLOSING, __ATOMIC_SEQ_CST);
    }
}

void descriptor_end_close(long fd)
{
    if ((uint64_t)fd < DESCRIPTOR_LIMIT) {
        __atomic_fetch_add(&table[fd].version, VERSION_CLOSED - VERSION_CLOSING, __ATOMIC_SEQ_CST);
    }
}

void descriptor_forget(uint64_t first, uint64_t last)
{
    for (uint64_t fd = first; fd <= last && fd < DESCRIPTOR_LIMIT; fd++) {
        if (__atomic_load_n(&table[fd].filled, __ATOMIC_RELAXED) != 0) {
            __atomic_fetch_add(&table[fd].version, VERSION_CLOSED, __ATOMIC_SEQ_CST);
        }
    }
}

void descriptor_forget_everywhere(void)
{
    __atomic_fetch_add(&ring.header->name_epoch, 1, __ATOMIC_SEQ_CST);
}
