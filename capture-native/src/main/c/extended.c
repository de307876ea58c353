#include "extended.h"

#include "kernel.h"
#include "memory.h"
#include "ring.h"
#include "watch.h"

enum {
    /* Names are listed behind the block. */
    LIST_AT = 65536,
    LIST_BYTES = 65536,
    CAPABILITY_VERSION_3 = 0x20080522,
    CAPABILITY_SYS_ADMIN = 21,
};
_Static_assert((int)LIST_AT >= (int)RING_EXTENDED_LIMIT && LIST_AT + LIST_BYTES <= STAGING_BYTES, "staging");

struct capability_header {
    uint32_t version;
    int32_t pid;
};

struct capability_sets {
    uint32_t effective;
    uint32_t permitted;
    uint32_t inheritable;
};

/* What is read: path names the file in a way that works for O_PATH descriptors and does not follow its last name. */
struct reading {
    const char *path;
    bool follow;
    uint8_t *block;
    uint32_t limit;
    uint32_t length;
};

static bool begins(const char *name, const char *prefix)
{
    return memory_equal(name, prefix, string_length(prefix));
}

static bool is_same(const char *name, const char *other)
{
    return string_length(name) == string_length(other) && begins(name, other);
}

static bool has_prefix(const char *name, const char *prefix)
{
    return string_length(name) > string_length(prefix) && begins(name, prefix);
}

/* Others belong to the host: labels of its security modules, its integrity measurements. */
static bool is_carried(const char *name)
{
    return has_prefix(name, "user.") || has_prefix(name, "trusted.") || is_same(name, "system.posix_acl_access")
        || is_same(name, "system.posix_acl_default") || is_same(name, "security.capability");
}

static bool may_see_trusted(void)
{
    struct capability_header header = {CAPABILITY_VERSION_3, 0};
    struct capability_sets sets[2] = {{0, 0, 0}, {0, 0, 0}};
    return kernel(__NR_capget, &header, sets) == 0 && (sets[0].effective >> CAPABILITY_SYS_ADMIN & 1) != 0;
}

/* False when it cannot be read, or is too large. One that is gone by now is none. */
static bool read_one(struct reading *reading, const char *name)
{
    struct ring_extended head = {.name_length = (uint16_t)string_length(name)};
    uint32_t value_at = reading->length + RING_EXTENDED_BYTES + head.name_length;
    if (value_at >= reading->limit) {
        return false;
    }
    long number = reading->follow ? __NR_getxattr : __NR_lgetxattr;
    long length = kernel(number, reading->path, name, reading->block + value_at, reading->limit - value_at);
    if (length == -E_NODATA) {
        return true;
    }
    if (kernel_failed(length)) {
        return false;
    }
    head.value_length = (uint16_t)length;
    memory_copy(reading->block + reading->length, &head, sizeof head);
    memory_copy(reading->block + reading->length + sizeof head, name, head.name_length);
    reading->length = value_at + head.value_length;
    return true;
}

struct extended extended_read(struct level *level, long directory, const char *name)
{
    struct extended extended = {.block = level->staging};
    struct reading reading = {
        .path = level->scratch,
        .follow = *name == 0,
        .block = level->staging,
        .limit = ring.payload_limit < RING_EXTENDED_LIMIT ? ring.payload_limit : RING_EXTENDED_LIMIT,
    };
    const char *list = (const char *)level->staging + LIST_AT;
    size_t at = watch_descriptor_link(directory, level->scratch);
    if (*name != 0) {
        level->scratch[at++] = '/';
        memory_copy(level->scratch + at, name, string_length(name) + 1);
    }
    long bytes = kernel(reading.follow ? __NR_listxattr : __NR_llistxattr, reading.path, list, LIST_BYTES);
    if (kernel_failed(bytes) && bytes != -E_OPNOTSUPP) {
        return extended;
    }
    for (const char *each = list; each < list + bytes; each += string_length(each) + 1) {
        if (is_carried(each) && !read_one(&reading, each)) {
            return extended;
        }
    }
    extended.length = reading.length;
    extended.said = true;
    extended.trusted_seen = may_see_trusted();
    return extended;
}
