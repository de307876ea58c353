#include "replay.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <sys/sysmacros.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 16, NAME_LIMIT = 1 << 16 };

struct range {
    uint64_t start;
    uint64_t end;
    struct range *next;
};

struct file {
    struct file_id id;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    char *target;
    /* What the last entry of names said; NULL when it said nothing. */
    uint8_t *extended;
    uint32_t extended_length;
    uint8_t *bytes;
    uint64_t size;
    uint64_t room;
    struct range *reread;
    uint64_t unfinished;
};

struct name {
    char *path;
    struct file *file;
    bool seen;
};

static struct file files[FILE_LIMIT];
static struct name names[NAME_LIMIT];
static uint32_t name_count;
static uint64_t rereads;
static uint64_t unordered;
static int differences;

static void stop(const char *what, uint64_t position)
{
    fprintf(stderr, "replay: %s at %lu\n", what, position);
    exit(98);
}

static struct file *file_of(struct file_id id)
{
    uint64_t hash = (id.inode * 0x9e3779b97f4a7c15ULL) ^ id.birth_ns ^ id.device;
    for (uint32_t i = (uint32_t)(hash >> 32);; i++) {
        struct file *file = &files[i % FILE_LIMIT];
        if (file->id.inode == 0) {
            file->id = id;
        }
        if (memcmp(&file->id, &id, sizeof id) == 0) {
            return file;
        }
    }
}

static void resize(struct file *file, uint64_t size)
{
    if (size > file->room) {
        file->room = size + size / 2;
        file->bytes = realloc(file->bytes, file->room);
    }
    if (size > file->size) {
        memset(file->bytes + file->size, 0, size - file->size);
    }
    file->size = size;
}

static struct name *name_of(const char *path)
{
    for (uint32_t i = 0; i < name_count; i++) {
        if (names[i].file != NULL && strcmp(names[i].path, path) == 0) {
            return &names[i];
        }
    }
    return NULL;
}

static void put_name(char *path, struct file *file)
{
    struct name *name = name_of(path);
    if (name == NULL) {
        uint32_t i = 0;
        while (i < name_count && names[i].file != NULL) {
            i++;
        }
        name_count += i == name_count;
        name = &names[i];
    }
    name->path = path;
    name->file = file;
}

static void move_names(const char *from, const char *to)
{
    size_t length = strlen(from);
    for (uint32_t i = 0; i < name_count; i++) {
        struct name *name = &names[i];
        if (name->file != NULL && strncmp(name->path, from, length) == 0
            && (name->path[length] == 0 || name->path[length] == '/')) {
            char *path;
            if (asprintf(&path, "%s%s", to, name->path + length) < 0) {
                abort();
            }
            name->path = path;
        }
    }
}

static void rename_path(const char *from, const char *to)
{
    struct name *replaced = name_of(to);
    if (replaced != NULL) {
        replaced->file = NULL;
    }
    move_names(from, to);
}

static void apply_names(const struct ring_entry *entry, uint64_t position)
{
    const struct ring_names *block = (const struct ring_names *)(entry + 1);
    const char *bytes = (const char *)(block + 1);
    char *path = strndup(bytes, block->path_length);
    char *new_path = strndup(bytes + block->path_length, block->new_path_length);
    struct file *file = file_of(entry->id);
    const uint8_t *extended = (const uint8_t *)bytes + block->path_length + block->new_path_length + block->target_length;
    bool said = block->extended_length != RING_EXTENDED_UNSAID;
    if (extended + (said ? block->extended_length : 0) != (const uint8_t *)entry + entry->length) {
        stop("lengths differ", position);
    }
    if (said || (entry->kind != KIND_UNLINK && entry->kind != KIND_RMDIR)) {
        file->extended_length = said ? block->extended_length : 0;
        file->extended = said ? memcpy(malloc(file->extended_length + 1u), extended, file->extended_length) : NULL;
    }
    unordered += (entry->flags & FLAG_UNORDERED) != 0;
    file->mode = block->mode;
    file->uid = block->uid;
    file->gid = block->gid;
    if (block->target_length != 0) {
        file->target = strndup(bytes + block->path_length + block->new_path_length, block->target_length);
    }
    struct name *name = name_of(path);
    switch (entry->kind) {
    case KIND_UNLINK:
    case KIND_RMDIR:
        if (name == NULL || memcmp(&name->file->id, &entry->id, sizeof entry->id) != 0) {
            stop("removes what is not there", position);
        }
        name->file = NULL;
        break;
    case KIND_RENAME:
        rename_path(path, new_path);
        break;
    case KIND_EXCHANGE:
        move_names(path, "\001");
        move_names(new_path, path);
        move_names("\001", new_path);
        break;
    case KIND_ATTRIBUTES:
        break;
    default:
        if (path[0] != 0) {
            put_name(path, file);
        }
    }
}

static void apply_write(struct file *file, const struct ring_entry *entry, uint64_t position)
{
    uint64_t end = entry->size == RING_UNBOUNDED ? RING_UNBOUNDED : entry->file_offset + entry->size;
    if ((entry->flags & FLAG_REREAD) != 0) {
        struct range *range = malloc(sizeof *range);
        *range = (struct range){entry->file_offset, end, file->reread};
        file->reread = range;
        rereads++;
        return;
    }
    if (entry->length != sizeof *entry + entry->size) {
        stop("payload is not as long as its range", position);
    }
    if ((entry->flags & FLAG_CONTINUED) != 0 && entry->first_position == 0) {
        stop("continued without a first", position);
    }
    if (end > file->size) {
        resize(file, end);
    }
    memcpy(file->bytes + entry->file_offset, entry + 1, entry->size);
}

void replay_apply(const struct ring_entry *entry, uint64_t position)
{
    if (entry->kind == KIND_WRITE) {
        apply_write(file_of(entry->id), entry, position);
    } else if (entry->kind == KIND_TRUNCATE) {
        resize(file_of(entry->id), entry->size);
    } else if (entry->kind >= KIND_CREATE && entry->kind <= KIND_ATTRIBUTES) {
        apply_names(entry, position);
    } else if (entry->kind == KIND_MAPPED) {
        struct range *range = malloc(sizeof *range);
        *range = (struct range){0, RING_UNBOUNDED, file_of(entry->id)->reread};
        file_of(entry->id)->reread = range;
    }
}

static void differs(const char *path, const char *what)
{
    if (differences++ < 20) {
        printf("differs: %s: %s\n", path, what);
    }
}

static void read_again(struct file *file, int fd, uint64_t size)
{
    for (struct range *range = file->reread; range != NULL; range = range->next) {
        uint64_t end = range->end < size ? range->end : size;
        if (range->end == RING_UNBOUNDED || end > file->size) {
            resize(file, end);
        }
        if (end > range->start && pread(fd, file->bytes + range->start, end - range->start, (off_t)range->start) < 0) {
            abort();
        }
    }
}

static void compare_content(const char *path, struct file *file)
{
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0) {
        differs(path, "cannot be read");
        return;
    }
    uint64_t size = (uint64_t)status.st_size;
    read_again(file, fd, size);
    if (size != file->size) {
        char what[96];
        snprintf(what, sizeof what, "size %lu, replayed %lu", size, file->size);
        differs(path, what);
    } else {
        uint8_t *bytes = malloc(size + 1);
        for (uint64_t at = 0; at < size;) {
            ssize_t got = pread(fd, bytes + at, size - at, (off_t)at);
            at += got > 0 ? (uint64_t)got : size;
        }
        for (uint64_t at = 0; at < size; at++) {
            if (bytes[at] != file->bytes[at]) {
                char what[96];
                snprintf(what, sizeof what, "content from byte %lu", at);
                differs(path, what);
                break;
            }
        }
        free(bytes);
    }
    close(fd);
}

/* Only what the hook carries is counted; the test's directory has nothing else. */
static void compare_extended(const char *path, const struct file *file)
{
    char list[4096];
    ssize_t bytes = llistxattr(path, list, sizeof list);
    uint32_t there = 0;
    uint32_t said = 0;
    for (ssize_t at = 0; at < bytes; at += (ssize_t)strlen(list + at) + 1) {
        there++;
    }
    for (uint32_t at = 0; at < file->extended_length;) {
        char name[256] = "";
        uint8_t value[4096];
        struct ring_extended head;
        memcpy(&head, file->extended + at, sizeof head);
        memcpy(name, file->extended + at + sizeof head, head.name_length);
        at += (uint32_t)sizeof head + head.name_length + head.value_length;
        said++;
        if (lgetxattr(path, name, value, sizeof value) != head.value_length
            || memcmp(value, file->extended + at - head.value_length, head.value_length) != 0) {
            differs(path, "an extended attribute's value");
        }
    }
    if (said != there) {
        differs(path, "how many extended attributes");
    }
}

static int compare_one(const char *path, const struct stat *unused, int type, struct FTW *where)
{
    struct statx status;
    (void)unused;
    (void)type;
    if (where->level == 0) {
        return 0;
    }
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) {
        abort();
    }
    struct name *name = name_of(path);
    if (name == NULL) {
        differs(path, "is not in the replay");
        return 0;
    }
    name->seen = true;
    if (name->file->id.inode != status.stx_ino) {
        differs(path, "is another file");
    } else if (name->file->mode != status.stx_mode || name->file->uid != status.stx_uid || name->file->gid != status.stx_gid) {
        differs(path, "mode or owner");
    } else if (name->file->extended != NULL) {
        compare_extended(path, name->file);
    }
    if (S_ISREG(status.stx_mode)) {
        compare_content(path, name->file);
    } else if (S_ISLNK(status.stx_mode)) {
        char target[4096];
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        if (name->file->target == NULL || strcmp(target, name->file->target) != 0) {
            differs(path, "target");
        }
    }
    return 0;
}

int replay_compare(const char *root)
{
    size_t length = strlen(root);
    nftw(root, compare_one, 64, FTW_PHYS);
    for (uint32_t i = 0; i < name_count; i++) {
        if (names[i].file != NULL && !names[i].seen && strncmp(names[i].path, root, length) == 0) {
            differs(names[i].path, "is not in the tree");
        }
    }
    return differences;
}

uint64_t replay_rereads(void)
{
    return rereads;
}

uint64_t replay_unordered(void)
{
    return unordered;
}
