#include "mapped.h"

#include "descriptor.h"
#include "memory.h"
#include "ring.h"
#include "watch.h"

enum {
    PROT_WRITE = 2,
    PROT_READ = 1,
    MAP_TYPE = 15,
    MAP_SHARED = 1,
    MAP_SHARED_VALIDATE = 3,
    MAP_FIXED = 16,
    MAP_ANONYMOUS = 32,
    ACCESS_MODE = 3,
    READ_AND_WRITE = 2,
    MAPS_BYTES = 65536,
    /* Fields of a line of /proc/self/maps, divided by spaces; the sixth is the path. */
    PERMISSIONS_FIELD = 1,
    PATH_FIELD = 5,
    SHARED_AT = 3,
    WRITABLE_AT = 1,
};

/* Mappings that a later call could make matter; once set they stay. */
static struct {
    /* Of a watched file, read-only so far. */
    bool read_only;
    /* Writable, of a file that is not watched so far. */
    bool outside;
} seen;

static void note(bool *what)
{
    __atomic_store_n(what, true, __ATOMIC_RELAXED);
}

static bool noted(const bool *what)
{
    return __atomic_load_n(what, __ATOMIC_RELAXED);
}

static void record(struct level *level, struct file_id id, uint64_t offset, uint64_t bytes)
{
    struct slot_change change = {KIND_MAPPED, id, offset, offset + bytes};
    struct ring_record entry = {.kind = KIND_MAPPED, .id = id, .file_offset = offset, .size = bytes};
    if (!level_take_slot(level)) {
        ring_overrun();
    } else if (!ring_kind_disabled(KIND_MAPPED)) {
        slot_announce(level->slot, &change);
        ring_append(level->slot, &entry);
        slot_end(level->slot);
    }
}

static bool is_shared(const struct call *call)
{
    long type = call->argument[3] & MAP_TYPE;
    return (type == MAP_SHARED || type == MAP_SHARED_VALIDATE) && (call->argument[3] & MAP_ANONYMOUS) == 0;
}

/* A mapping that cannot be written to by what it is mapped from never will be. */
static void note_read_only(const struct descriptor *descriptor, long fd)
{
    if (descriptor->kind == DESCRIPTOR_WATCHED && (kernel(__NR_fcntl, fd, F_GETFL) & ACCESS_MODE) == READ_AND_WRITE) {
        note(&seen.read_only);
    }
}

bool call_mmap(struct call *call)
{
    bool writable = (call->argument[2] & PROT_WRITE) != 0;
    if ((call->argument[3] & MAP_FIXED) != 0 && (call->argument[2] & PROT_READ) == 0) {
        memory_mappings_changed();
    }
    if (!is_shared(call)) {
        return false;
    }
    long fd = (int)call->argument[4];
    struct descriptor descriptor = descriptor_find(fd);
    if (!writable || descriptor.kind != DESCRIPTOR_WATCHED) {
        if (!writable) {
            note_read_only(&descriptor, fd);
        } else if (descriptor.kind == DESCRIPTOR_OUTSIDE) {
            note(&seen.outside);
        }
        return false;
    }
    struct level *level = level_enter(__builtin_frame_address(0));
    call_make(call);
    if (level != NULL && !kernel_failed(call->result)) {
        record(level, descriptor.id, (uint64_t)call->argument[5], (uint64_t)call->argument[1]);
    } else if (!kernel_failed(call->result)) {
        ring_overrun();
    }
    if (level != NULL) {
        level_leave(level);
    }
    return true;
}

/* The field of a line, or NULL. */
static char *field(char *line, int number)
{
    while (number-- > 0) {
        while (*line != ' ' && *line != 0) {
            line++;
        }
        while (*line == ' ') {
            line++;
        }
    }
    return *line != 0 ? line : NULL;
}

static void look_at_line(struct level *level, char *line)
{
    struct statx status;
    const char *permissions = field(line, PERMISSIONS_FIELD);
    const char *path = field(line, PATH_FIELD);
    if (path == NULL || path[0] != '/' || permissions[SHARED_AT] != 's'
        || watch_status(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &status) != 0 || (status.stx_mode & MODE_TYPE) != MODE_REGULAR) {
        return;
    }
    bool watched = watch_contains(path, string_length(path)) || watch_may_hold(&status);
    if (watched && permissions[WRITABLE_AT] == 'w') {
        record(level, watch_file_id(&status), 0, status.stx_size);
    } else if (watched) {
        note(&seen.read_only);
    } else if (permissions[WRITABLE_AT] == 'w') {
        note(&seen.outside);
    }
}

/* Looks at all whole lines; how many bytes are left of one that is not. */
static size_t look_at_lines(struct level *level, char *text, size_t length)
{
    size_t begin = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            text[i] = 0;
            look_at_line(level, text + begin);
            begin = i + 1;
        }
    }
    memory_copy(text, text + begin, length - begin);
    return length - begin;
}

void mapped_find(struct level *level)
{
    char *text = memory_map(MAPS_BYTES);
    long fd = text != NULL ? kernel(__NR_openat, AT_FDCWD, "/proc/self/maps", O_CLOEXEC) : -1;
    size_t left = 0;
    while (!kernel_failed(fd)) {
        long length = kernel(__NR_read, fd, text + left, MAPS_BYTES - left);
        if (length <= 0) {
            break;
        }
        left = look_at_lines(level, text, left + (size_t)length);
    }
    if (!kernel_failed(fd)) {
        kernel(__NR_close, fd);
    }
    if (text != NULL) {
        memory_unmap(text, MAPS_BYTES);
    }
}

static void find_now(void)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level == NULL || !level_take_slot(level)) {
        ring_overrun();
    } else {
        mapped_find(level);
    }
    if (level != NULL) {
        level_leave(level);
    }
}

void mapped_names_entered(void)
{
    if (noted(&seen.outside)) {
        find_now();
    }
}

/* What is unmapped or protected may no longer be read by the copy before a write. */
bool call_mappings_change(struct call *call)
{
    call_make(call);
    memory_mappings_changed();
    if (call->number == __NR_mprotect && (call->argument[2] & PROT_WRITE) != 0 && call->result == 0 && noted(&seen.read_only)) {
        find_now();
    }
    return true;
}
