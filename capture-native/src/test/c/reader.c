#include "reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static void stop(const char *what)
{
    perror(what);
    exit(99);
}

void reader_make(const char *path, const struct reader_options *options, const char *const *roots)
{
    uint64_t bytes = RING_ENTRIES_OFFSET + options->capacity;
    int segment = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0666);
    uint8_t *at = segment < 0 ? (void *)-1 : shmat(segment, NULL, 0);
    if (at == (void *)-1) {
        stop("a shared memory segment");
    }
    memset(at, 0, bytes);
    struct ring_header *header = (struct ring_header *)at;
    header->version = RING_VERSION;
    header->incarnation = 1;
    header->capacity = options->capacity;
    header->nonce = options->nonce;
    header->full_wait_ns = options->full_wait_ns;
    header->options = options->options;
    header->active = options->active;
    header->tail = RING_FIRST_POSITION;
    header->head = RING_FIRST_POSITION;
    header->head_cache = RING_FIRST_POSITION;
    for (; roots[header->root_count] != NULL; header->root_count++) {
        char *root = (char *)at + RING_ROOTS_OFFSET + (size_t)header->root_count * RING_ROOT_BYTES;
        snprintf(root, RING_ROOT_BYTES, "%s", roots[header->root_count]);
    }
    __atomic_store_n(&header->magic, RING_MAGIC, __ATOMIC_RELEASE);
    shmdt(at);
    struct ring_address address = {RING_MAGIC, RING_VERSION, (uint32_t)segment, options->nonce};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || fchmod(fd, 0666) != 0 || write(fd, &address, sizeof address) != sizeof address || close(fd) != 0) {
        shmctl(segment, IPC_RMID, NULL);
        stop(path);
    }
}

static struct ring_address read_address(const char *path)
{
    struct ring_address address;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, &address, sizeof address) != sizeof address) {
        stop(path);
    }
    close(fd);
    return address;
}

void reader_remove(const char *path)
{
    shmctl((int)read_address(path).segment, IPC_RMID, NULL);
    unlink(path);
}

struct reader reader_open(const char *path)
{
    uint8_t *at = shmat((int)read_address(path).segment, NULL, 0);
    if (at == (void *)-1 || ((struct ring_header *)at)->magic != RING_MAGIC) {
        stop(path);
    }
    struct reader reader = {
        (struct ring_header *)at,
        (struct ring_slot *)(at + RING_SLOTS_OFFSET),
        at + RING_ENTRIES_OFFSET,
        ((struct ring_header *)at)->head,
    };
    return reader;
}

const struct ring_entry *reader_next(struct reader *reader, uint64_t *position)
{
    struct ring_header *header = reader->header;
    for (;;) {
        uint64_t at = reader->position;
        const struct ring_entry *entry = (const struct ring_entry *)(reader->entries + (at & (header->capacity - 1)));
        if (at >= __atomic_load_n(&header->tail, __ATOMIC_ACQUIRE)
            || __atomic_load_n(&entry->commit, __ATOMIC_ACQUIRE) != (at ^ header->nonce)) {
            return NULL;
        }
        reader->position += (entry->length + RING_ENTRY_ALIGNMENT - 1) & ~(uint64_t)(RING_ENTRY_ALIGNMENT - 1);
        if (entry->kind != KIND_PAD) {
            *position = at;
            return entry;
        }
    }
}

void reader_release(struct reader *reader)
{
    __atomic_store_n(&reader->header->head, reader->position, __ATOMIC_RELEASE);
}

const char *reader_kind(uint32_t kind)
{
    static const char *const names[] = {
#define RING_KIND(NAME, number, doc) [number] = #NAME,
#include "ring.def"
    };
    return kind < sizeof names / sizeof *names && names[kind] != NULL ? names[kind] : "?";
}

static void print_id(FILE *out, const char *label, struct file_id id, bool stable)
{
    if (!stable) {
        fprintf(out, " %s=%lx:%lu:%lu", label, id.device, id.inode, id.birth_ns);
    }
}

static void print_flags(FILE *out, uint32_t flags)
{
#define RING_FLAG(NAME, value, doc) \
    if ((flags & (value)) != 0) { \
        fprintf(out, " " #NAME); \
    }
#include "ring.def"
}

static void print_names(FILE *out, const struct ring_entry *entry, bool stable)
{
    const struct ring_names *names = (const struct ring_names *)(entry + 1);
    const char *path = (const char *)(names + 1);
    fprintf(out, " path=%.*s", names->path_length, path);
    if (names->new_path_length != 0) {
        fprintf(out, " new=%.*s", names->new_path_length, path + names->path_length);
    }
    if (names->target_length != 0) {
        fprintf(out, " target=%.*s", names->target_length, path + names->path_length + names->new_path_length);
    }
    fprintf(out, " mode=%o links=%u uid=%u gid=%u", names->mode, names->links, names->uid, names->gid);
    if ((names->mode & 0170000) == 0100000) {
        fprintf(out, " size=%lu", names->content_size);
    }
    if (names->special_device != 0) {
        fprintf(out, " special=%lx", names->special_device);
    }
    if (names->extended_length == RING_EXTENDED_UNSAID) {
        fprintf(out, " extended=?");
    } else if (names->extended_length != 0) {
        fprintf(out, " extended=%u", names->extended_length);
    }
    print_id(out, "parent", names->parent, stable);
    print_id(out, "new-parent", names->new_parent, stable);
}

void reader_print(FILE *out, uint64_t position, const struct ring_entry *entry, bool stable)
{
    if (!stable) {
        fprintf(out, "%lu %u/%u ", position, entry->pid, entry->tid);
    }
    fprintf(out, "%s", reader_kind(entry->kind));
    print_flags(out, entry->flags);
    if (entry->kind >= KIND_CREATE && entry->kind <= KIND_ATTRIBUTES) {
        print_names(out, entry, stable);
    } else if (entry->kind == KIND_PROCESS || entry->kind == KIND_IO_URING || entry->kind == KIND_KERNEL_AIO) {
        const struct ring_process *process = (const struct ring_process *)(entry + 1);
        fprintf(out, " %.*s", process->path_length, (const char *)(process + 1));
        if (entry->kind == KIND_IO_URING) {
            fprintf(out, entry->size == 0 ? " denied" : " granted");
        }
        if (!stable) {
            fprintf(out, " patched=%u unknown=%u interposed=%u", process->patched_sites, process->unknown_sites, process->interposed);
        }
    } else {
        fprintf(out, " at=%lu size=%lu payload=%lu", entry->file_offset, entry->size, entry->length - sizeof *entry);
        if (entry->first_position != 0) {
            fprintf(out, stable ? " first" : " first=%lu", entry->first_position);
        }
    }
    print_id(out, "id", entry->id, stable);
    fprintf(out, "\n");
}
