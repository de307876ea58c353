#include "watch.h"

#include "memory.h"
#include "ring.h"

#define NS_PER_SECOND 1000000000LL

/* Devices of the roots, looked up once per activation. */
static struct {
    uint32_t activation;
    uint64_t device[RING_ROOT_LIMIT];
} devices;

/* The kernel tells paths from this process's root, which is no longer the bridge's. */
static bool another_root;

bool watch_contains(const char *path, size_t length)
{
    for (uint32_t i = 0; i < ring.header->root_count; i++) {
        const char *root = ring.roots + (size_t)i * RING_ROOT_BYTES;
        size_t root_length = string_length(root);
        if (root_length == 1) {
            return true;
        }
        if (length >= root_length && memory_equal(path, root, root_length)
            && (length == root_length || path[root_length] == '/')) {
            return true;
        }
    }
    return false;
}

static void look_up_devices(uint32_t activation)
{
    for (uint32_t i = 0; i < ring.header->root_count; i++) {
        struct statx status;
        bool there = watch_status(AT_FDCWD, ring.roots + (size_t)i * RING_ROOT_BYTES, 0, &status) == 0;
        uint64_t found = there ? watch_device(status.stx_dev_major, status.stx_dev_minor) : 0;
        __atomic_store_n(&devices.device[i], found, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&devices.activation, activation, __ATOMIC_RELEASE);
}

void watch_before_root_changes(void)
{
    if (!__atomic_load_n(&another_root, __ATOMIC_RELAXED)) {
        look_up_devices(ring_active());
    }
}

void watch_root_changed(void)
{
    __atomic_store_n(&another_root, true, __ATOMIC_RELAXED);
}

bool watch_has_device(uint64_t device)
{
    uint32_t activation = ring_active();
    if (__atomic_load_n(&devices.activation, __ATOMIC_ACQUIRE) != activation
        && !__atomic_load_n(&another_root, __ATOMIC_RELAXED)) {
        look_up_devices(activation);
    }
    for (uint32_t i = 0; i < ring.header->root_count; i++) {
        if (__atomic_load_n(&devices.device[i], __ATOMIC_RELAXED) == device) {
            return true;
        }
    }
    return false;
}

bool watch_may_hold(const struct statx *status)
{
    return (status->stx_mode & MODE_TYPE) == MODE_REGULAR && status->stx_nlink > 1
        && watch_has_device(watch_device(status->stx_dev_major, status->stx_dev_minor));
}

struct file_id watch_file_id(const struct statx *status)
{
    bool born = (status->stx_mask & STATX_BTIME) != 0;
    struct file_id id = {
        watch_device(status->stx_dev_major, status->stx_dev_minor),
        status->stx_ino,
        born ? (uint64_t)(status->stx_btime.tv_sec * NS_PER_SECOND + status->stx_btime.tv_nsec) : 0,
    };
    return id;
}

long watch_status(long directory, const char *path, long flags, struct statx *status)
{
    return kernel(__NR_statx, directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, status);
}

static bool is_on_device(long fd)
{
    struct statx status;
    return watch_status(fd, "", AT_EMPTY_PATH, &status) == 0
        && watch_has_device(watch_device(status.stx_dev_major, status.stx_dev_minor));
}

size_t watch_descriptor_link(long fd, char *link)
{
    static const char directory[] = "/proc/self/fd/";
    size_t at = sizeof directory - 1;
    memory_copy(link, directory, at);
    char digits[12];
    int count = 0;
    do {
        digits[count++] = (char)('0' + fd % 10);
        fd /= 10;
    } while (fd != 0);
    while (count > 0) {
        link[at++] = digits[--count];
    }
    link[at] = 0;
    return at;
}

long watch_descriptor_path(long fd, char *buffer, size_t limit)
{
    char link[WATCH_LINK_BYTES];
    watch_descriptor_link(fd, link);
    long length = __atomic_load_n(&another_root, __ATOMIC_RELAXED) ? -E_NOENT : kernel(__NR_readlink, link, buffer, limit - 1);
    if (length < 0) {
        return length == -E_NAMETOOLONG || is_on_device(fd) ? -E_NAMETOOLONG : -E_NOENT;
    }
    if (buffer[0] != '/') {
        return -E_NOENT;
    }
    buffer[length] = 0;
    return length;
}
