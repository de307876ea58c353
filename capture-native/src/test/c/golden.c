/*
 * golden DIRECTORY: writes golden.ring, a small ring with every kind of entry, each of fixed bytes, and golden.txt,
 * what they mean. Java decodes the first and compares with the second.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "fixture.h"
#include "ring.h"
#include "slot.h"

enum { CAPACITY = RING_CAPACITY_LEAST };
#define TIME_NS 1700000000123456789ULL
#define OWNER (4711ULL << 32 | 4712ULL)

static const struct file_id file = {0x0000000800000001ULL, 1001, 1600000000000000001ULL};
static const struct file_id directory = {0x0000000800000001ULL, 1000, 1600000000000000000ULL};
static const struct file_id new_directory = {0x0000000800000001ULL, 1002, 1600000000000000002ULL};

static struct ring_slot *slot;
static FILE *text;

/* Appends an entry and writes down what it means: one line of `field=value`, in the order of ring.def. */
static uint64_t entry(const struct ring_record *record)
{
    uint64_t position = ring_append(slot, record);
    CHECK(position != 0);
    struct ring_entry *made = (struct ring_entry *)(ring.entries + position % ring.capacity);
    made->time_ns = TIME_NS;
    fprintf(text, "POSITION=%lu LENGTH=%u KIND=%s FLAGS=%u TIME_NS=%lu PID=%u TID=%u DEVICE=%lu INODE=%lu BIRTH_NS=%lu", position,
            made->length, reader_kind(made->kind), made->flags, made->time_ns, made->pid, made->tid, made->id.device,
            made->id.inode, made->id.birth_ns);
    fprintf(text, " FILE_OFFSET=%lu SIZE=%lu FIRST_POSITION=%lu", made->file_offset, made->size, made->first_position);
    return position;
}

static void data(uint32_t kind, uint32_t flags, uint64_t offset, uint64_t size, uint64_t first, const char *payload)
{
    struct ring_record record = {kind, flags, file, offset, size, first, {{payload, strlen(payload)}}};
    entry(&record);
    fprintf(text, " PAYLOAD=%s\n", payload);
}

static uint16_t extended_attribute(uint8_t *at, const char *name, const char *value)
{
    struct ring_extended head = {(uint16_t)strlen(name), (uint16_t)strlen(value)};
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, name, head.name_length);
    memcpy(at + sizeof head + head.name_length, value, head.value_length);
    return (uint16_t)(sizeof head + head.name_length + head.value_length);
}

/* extended: "name=value"; "" for none, NULL for what is not told. */
static void names_extended(uint32_t kind, const char *path, const char *new_path, const char *target, uint32_t mode, const char *extended)
{
    uint8_t attributes[256];
    char pair[256] = "";
    uint16_t extended_length = 0;
    if (extended != NULL && extended[0] != 0) {
        strcpy(pair, extended);
        char *value = strchr(pair, '=');
        *value++ = 0;
        extended_length = extended_attribute(attributes, pair, value);
        extended_length = (uint16_t)(extended_length + extended_attribute(attributes + extended_length, "user.empty", ""));
    }
    struct ring_names block = {
        .parent = directory, .mode = mode, .uid = 1000, .gid = 100, .links = 1, .modified_ns = 1650000000987654321ULL,
        .special_device = kind == KIND_MKNOD ? 0x0000000100000003ULL : 0, .content_size = 12345,
        .path_length = (uint16_t)strlen(path), .new_path_length = (uint16_t)strlen(new_path), .target_length = (uint16_t)strlen(target),
        .extended_length = extended != NULL ? extended_length : RING_EXTENDED_UNSAID,
    };
    if (new_path[0] != 0) {
        block.new_parent = new_directory;
    }
    struct ring_record record = {kind, extended != NULL ? 0 : FLAG_TRUSTED_UNSEEN, file, 0, 0, 0,
        {{&block, sizeof block}, {path, strlen(path)}, {new_path, strlen(new_path)}, {target, strlen(target)},
            {attributes, extended_length}}};
    entry(&record);
    fprintf(text, " PARENT_DEVICE=%lu PARENT_INODE=%lu PARENT_BIRTH_NS=%lu", block.parent.device, block.parent.inode, block.parent.birth_ns);
    fprintf(text, " NEW_PARENT_DEVICE=%lu NEW_PARENT_INODE=%lu NEW_PARENT_BIRTH_NS=%lu", block.new_parent.device,
            block.new_parent.inode, block.new_parent.birth_ns);
    fprintf(text, " MODE=%u UID=%u GID=%u LINKS=%u MODIFIED_NS=%lu SPECIAL_DEVICE=%lu CONTENT_SIZE=%lu", block.mode, block.uid,
            block.gid, block.links, block.modified_ns, block.special_device, block.content_size);
    fprintf(text, " PATH=%s NEW_PATH=%s TARGET=%s", path, new_path, target);
    fprintf(text, extended != NULL ? " EXTENDED_LENGTH=%u EXTENDED=%s\n" : " EXTENDED_LENGTH=%u\n", block.extended_length, extended);
}

static void names(uint32_t kind, const char *path, const char *new_path, const char *target, uint32_t mode)
{
    names_extended(kind, path, new_path, target, mode, kind == KIND_UNLINK || kind == KIND_RMDIR ? NULL : "");
}

static void process(uint32_t kind, uint64_t size, const char *path)
{
    struct ring_process block = {.patched_sites = 97, .unknown_sites = 2, .interposed = 1, .path_length = (uint16_t)strlen(path)};
    struct ring_record record = {.kind = kind, .size = size, .part = {{&block, sizeof block}, {path, strlen(path)}}};
    entry(&record);
    fprintf(text, " PATCHED_SITES=%u UNKNOWN_SITES=%u INTERPOSED=%u PATH=%s\n", block.patched_sites, block.unknown_sites,
            block.interposed, path);
}

static void every_kind(void)
{
    process(KIND_PROCESS, 0, "/usr/bin/sqlite3");
    process(KIND_IO_URING, 0, "/usr/sbin/mariadbd");
    process(KIND_IO_URING, 1, "/usr/bin/fio");
    process(KIND_KERNEL_AIO, 0, "/usr/sbin/mariadbd");
    names(KIND_MKDIR, "/watched/dir", "", "", S_IFDIR | 0755);
    names(KIND_CREATE, "/watched/dir/file", "", "", S_IFREG | 0640);
    names(KIND_CREATE, "", "", "", S_IFREG | 0600);
    data(KIND_WRITE, 0, 4096, 5, 0, "bytes");
    uint64_t first = fixture.reader.header->tail;
    data(KIND_WRITE, FLAG_CONTINUES, 5000000000ULL, 4, 0, "one ");
    data(KIND_WRITE, FLAG_CONTINUES | FLAG_CONTINUED, 5000000004ULL, 4, first, "two ");
    data(KIND_WRITE, FLAG_CONTINUED, 5000000008ULL, 5, first, "three");
    data(KIND_WRITE, FLAG_REREAD, 8192, 100, 0, "");
    data(KIND_WRITE, FLAG_REREAD, 0, RING_UNBOUNDED, 0, "");
    data(KIND_TRUNCATE, 0, 0, 77, 0, "");
    data(KIND_MAPPED, 0, 0, 65536, 0, "");
    names(KIND_LINK, "/watched/hard", "", "", S_IFREG | 0640);
    names(KIND_SYMLINK, "/watched/soft", "", "../somewhere else", S_IFLNK | 0777);
    names(KIND_MKNOD, "/watched/null", "", "", S_IFCHR | 0666);
    names(KIND_RENAME, "/outside/from", "/watched/\xc3\xbc", "", S_IFREG | 0640);
    names(KIND_EXCHANGE, "/watched/hard", "/watched/dir", "", S_IFDIR | 0755);
    names(KIND_ATTRIBUTES, "/watched/soft", "", "", S_IFLNK | 0777);
    names_extended(KIND_ATTRIBUTES, "/watched/dir/file", "", "", S_IFREG | 0640, "user.origin=a value, of blanks");
    names_extended(KIND_ATTRIBUTES, "/watched/dir/file", "", "", S_IFREG | 0640, NULL);
    names(KIND_UNLINK, "/watched/soft", "", "", S_IFLNK | 0777);
    names(KIND_RMDIR, "/watched/hard", "", "", S_IFDIR | 0755);
}

int main(int count, char **arguments)
{
    char path[512];
    static const char *const roots[] = {"/watched", "/watched too", NULL};
    struct reader_options options = {.capacity = CAPACITY, .full_wait_ns = 2000000000, .options = RING_OPTION_DENY_IO_URING, .active = 3,
        .nonce = 0x0123456789abcdefULL};
    struct slot_change change = {KIND_WRITE, file, 0, 1};
    CHECK(count == 2);
    snprintf(path, sizeof path, "%s/golden.txt", arguments[1]);
    text = fopen(path, "w");
    snprintf(path, sizeof path, "%s/golden.address", arguments[1]);
    reader_make(path, &options, roots);
    CHECK(text != NULL && ring_map(path));
    fixture.reader = reader_open(path);
    reader_remove(path);
    struct process_identity owner = {(uint32_t)(OWNER >> 32), 123456};
    slot = slot_acquire(owner, (uint32_t)OWNER);
    slot_announce(slot, &change);
    every_kind();
    /* The whole of what the last entry's writer had announced stays there to be read, as after its death. */
    fprintf(text, "SLOT OWNER=%lu START_TIME=%lu SEQUENCE=%lu TICKET=%lu KIND=WRITE FLAGS=%u DEVICE=%lu INODE=%lu BIRTH_NS=%lu RANGE_START=%lu"
            " RANGE_END=%lu CLAIM_POSITION=%lu CLAIM_LENGTH=%lu FIRST_POSITION=%lu\n", slot->owner, slot->start_time, slot->sequence,
            slot->ticket, slot->flags, slot->id.device, slot->id.inode, slot->id.birth_ns, slot->range_start, slot->range_end,
            slot->claim_position, slot->claim_length, slot->first_position);
    fprintf(text, "HEADER INCARNATION=1 ROOTS=2 CAPACITY=%d NONCE=%lu ACTIVE=3 HEAD=64 TAIL=%lu ROOT0=/watched ROOT1=/watched too\n",
            CAPACITY, options.nonce, fixture.reader.header->tail);
    CHECK(fclose(text) == 0);
    snprintf(path, sizeof path, "%s/golden.ring", arguments[1]);
    FILE *image = fopen(path, "w");
    CHECK(image != NULL && fwrite(ring.header, RING_ENTRIES_OFFSET + CAPACITY, 1, image) == 1 && fclose(image) == 0);
    return 0;
}
