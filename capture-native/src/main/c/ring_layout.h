/* The ring's layout in C, checked field by field against ring.def. */
#ifndef CATCHWATER_RING_LAYOUT_H
#define CATCHWATER_RING_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define RING_CONSTANT(NAME, value, doc) enum { RING_##NAME = value };
#define RING_FIELD(BLOCK, NAME, offset, bytes, writer, doc) \
    enum { BLOCK##_##NAME##_OFFSET = offset, BLOCK##_##NAME##_BYTES = bytes };
#define RING_KIND(NAME, number, doc) enum { KIND_##NAME = number };
#define RING_FLAG(NAME, value, doc) enum { FLAG_##NAME = value };
#include "ring.def"

struct file_id {
    uint64_t device;
    uint64_t inode;
    uint64_t birth_ns;
};

struct ring_address {
    uint64_t magic;
    uint32_t version;
    uint32_t segment;
    uint64_t nonce;
};

struct ring_header {
    uint64_t magic;
    uint32_t version;
    uint32_t root_count;
    uint64_t incarnation;
    uint64_t capacity;
    uint64_t nonce;
    uint64_t full_wait_ns;
    uint64_t options;
    uint64_t disabled_kinds;
    uint32_t active;
    uint8_t gap1[60];
    uint64_t tail;
    uint8_t gap2[120];
    uint64_t head;
    uint8_t gap3[120];
    uint64_t head_cache;
    uint8_t gap4[120];
    uint64_t ticket;
    uint8_t gap5[56];
    uint32_t slot_high_water;
    uint8_t gap6[60];
    uint64_t name_lock;
    uint8_t gap7[56];
    uint64_t overruns;
    uint32_t name_epoch;
    uint8_t gap8[52];
    uint64_t overruns_seen;
};

struct ring_slot {
    uint64_t owner;
    uint64_t start_time;
    uint64_t sequence;
    uint64_t ticket;
    uint32_t kind;
    uint32_t flags;
    struct file_id id;
    uint64_t range_start;
    uint64_t range_end;
    uint64_t claim_position;
    uint64_t claim_length;
    uint64_t first_position;
    uint8_t gap[24];
};

struct ring_entry {
    uint64_t commit;
    uint32_t length;
    uint16_t kind;
    uint16_t flags;
    uint64_t time_ns;
    uint32_t pid;
    uint32_t tid;
    struct file_id id;
    uint64_t file_offset;
    uint64_t size;
    uint64_t first_position;
};

struct ring_names {
    struct file_id parent;
    struct file_id new_parent;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t links;
    uint64_t modified_ns;
    uint64_t special_device;
    uint64_t content_size;
    uint16_t path_length;
    uint16_t new_path_length;
    uint16_t target_length;
    uint16_t extended_length;
};

struct ring_extended {
    uint16_t name_length;
    uint16_t value_length;
};

struct ring_process {
    uint32_t patched_sites;
    uint32_t unknown_sites;
    uint32_t interposed;
    uint16_t path_length;
    uint16_t gap;
};

/* RING_MEMBER(BLOCK, NAME, struct, member): one line per field of ring.def, none left out. */
#define RING_MEMBERS(RING_MEMBER) \
    RING_MEMBER(ADDRESS, MAGIC, ring_address, magic) \
    RING_MEMBER(ADDRESS, VERSION, ring_address, version) \
    RING_MEMBER(ADDRESS, SEGMENT, ring_address, segment) \
    RING_MEMBER(ADDRESS, NONCE, ring_address, nonce) \
    RING_MEMBER(HEADER, MAGIC, ring_header, magic) \
    RING_MEMBER(HEADER, VERSION, ring_header, version) \
    RING_MEMBER(HEADER, ROOT_COUNT, ring_header, root_count) \
    RING_MEMBER(HEADER, INCARNATION, ring_header, incarnation) \
    RING_MEMBER(HEADER, CAPACITY, ring_header, capacity) \
    RING_MEMBER(HEADER, NONCE, ring_header, nonce) \
    RING_MEMBER(HEADER, FULL_WAIT_NS, ring_header, full_wait_ns) \
    RING_MEMBER(HEADER, OPTIONS, ring_header, options) \
    RING_MEMBER(HEADER, DISABLED_KINDS, ring_header, disabled_kinds) \
    RING_MEMBER(HEADER, ACTIVE, ring_header, active) \
    RING_MEMBER(HEADER, TAIL, ring_header, tail) \
    RING_MEMBER(HEADER, HEAD, ring_header, head) \
    RING_MEMBER(HEADER, HEAD_CACHE, ring_header, head_cache) \
    RING_MEMBER(HEADER, TICKET, ring_header, ticket) \
    RING_MEMBER(HEADER, SLOT_HIGH_WATER, ring_header, slot_high_water) \
    RING_MEMBER(HEADER, NAME_LOCK, ring_header, name_lock) \
    RING_MEMBER(HEADER, OVERRUNS, ring_header, overruns) \
    RING_MEMBER(HEADER, NAME_EPOCH, ring_header, name_epoch) \
    RING_MEMBER(HEADER, OVERRUNS_SEEN, ring_header, overruns_seen) \
    RING_MEMBER(SLOT, OWNER, ring_slot, owner) \
    RING_MEMBER(SLOT, START_TIME, ring_slot, start_time) \
    RING_MEMBER(SLOT, SEQUENCE, ring_slot, sequence) \
    RING_MEMBER(SLOT, TICKET, ring_slot, ticket) \
    RING_MEMBER(SLOT, KIND, ring_slot, kind) \
    RING_MEMBER(SLOT, FLAGS, ring_slot, flags) \
    RING_MEMBER(SLOT, DEVICE, ring_slot, id.device) \
    RING_MEMBER(SLOT, INODE, ring_slot, id.inode) \
    RING_MEMBER(SLOT, BIRTH_NS, ring_slot, id.birth_ns) \
    RING_MEMBER(SLOT, RANGE_START, ring_slot, range_start) \
    RING_MEMBER(SLOT, RANGE_END, ring_slot, range_end) \
    RING_MEMBER(SLOT, CLAIM_POSITION, ring_slot, claim_position) \
    RING_MEMBER(SLOT, CLAIM_LENGTH, ring_slot, claim_length) \
    RING_MEMBER(SLOT, FIRST_POSITION, ring_slot, first_position) \
    RING_MEMBER(ENTRY, COMMIT, ring_entry, commit) \
    RING_MEMBER(ENTRY, LENGTH, ring_entry, length) \
    RING_MEMBER(ENTRY, KIND, ring_entry, kind) \
    RING_MEMBER(ENTRY, FLAGS, ring_entry, flags) \
    RING_MEMBER(ENTRY, TIME_NS, ring_entry, time_ns) \
    RING_MEMBER(ENTRY, PID, ring_entry, pid) \
    RING_MEMBER(ENTRY, TID, ring_entry, tid) \
    RING_MEMBER(ENTRY, DEVICE, ring_entry, id.device) \
    RING_MEMBER(ENTRY, INODE, ring_entry, id.inode) \
    RING_MEMBER(ENTRY, BIRTH_NS, ring_entry, id.birth_ns) \
    RING_MEMBER(ENTRY, FILE_OFFSET, ring_entry, file_offset) \
    RING_MEMBER(ENTRY, SIZE, ring_entry, size) \
    RING_MEMBER(ENTRY, FIRST_POSITION, ring_entry, first_position) \
    RING_MEMBER(NAMES, PARENT_DEVICE, ring_names, parent.device) \
    RING_MEMBER(NAMES, PARENT_INODE, ring_names, parent.inode) \
    RING_MEMBER(NAMES, PARENT_BIRTH_NS, ring_names, parent.birth_ns) \
    RING_MEMBER(NAMES, NEW_PARENT_DEVICE, ring_names, new_parent.device) \
    RING_MEMBER(NAMES, NEW_PARENT_INODE, ring_names, new_parent.inode) \
    RING_MEMBER(NAMES, NEW_PARENT_BIRTH_NS, ring_names, new_parent.birth_ns) \
    RING_MEMBER(NAMES, MODE, ring_names, mode) \
    RING_MEMBER(NAMES, UID, ring_names, uid) \
    RING_MEMBER(NAMES, GID, ring_names, gid) \
    RING_MEMBER(NAMES, LINKS, ring_names, links) \
    RING_MEMBER(NAMES, MODIFIED_NS, ring_names, modified_ns) \
    RING_MEMBER(NAMES, SPECIAL_DEVICE, ring_names, special_device) \
    RING_MEMBER(NAMES, CONTENT_SIZE, ring_names, content_size) \
    RING_MEMBER(NAMES, PATH_LENGTH, ring_names, path_length) \
    RING_MEMBER(NAMES, NEW_PATH_LENGTH, ring_names, new_path_length) \
    RING_MEMBER(NAMES, TARGET_LENGTH, ring_names, target_length) \
    RING_MEMBER(NAMES, EXTENDED_LENGTH, ring_names, extended_length) \
    RING_MEMBER(EXTENDED, NAME_LENGTH, ring_extended, name_length) \
    RING_MEMBER(EXTENDED, VALUE_LENGTH, ring_extended, value_length) \
    RING_MEMBER(PROCESS, PATCHED_SITES, ring_process, patched_sites) \
    RING_MEMBER(PROCESS, UNKNOWN_SITES, ring_process, unknown_sites) \
    RING_MEMBER(PROCESS, INTERPOSED, ring_process, interposed) \
    RING_MEMBER(PROCESS, PATH_LENGTH, ring_process, path_length)

#define RING_ASSERT_MEMBER(BLOCK, NAME, type, member) \
    _Static_assert(offsetof(struct type, member) == BLOCK##_##NAME##_OFFSET, #BLOCK "." #NAME " is elsewhere"); \
    _Static_assert(sizeof(((struct type *)0)->member) == BLOCK##_##NAME##_BYTES, #BLOCK "." #NAME " has another size");
RING_MEMBERS(RING_ASSERT_MEMBER)

#define RING_COUNT_MEMBER(BLOCK, NAME, type, member) +1
enum { RING_MEMBER_COUNT = 0 RING_MEMBERS(RING_COUNT_MEMBER) };
enum { RING_FIELD_COUNT = 0
#define RING_FIELD(BLOCK, NAME, offset, bytes, writer, doc) +1
#include "ring.def"
};
_Static_assert((int)RING_MEMBER_COUNT == (int)RING_FIELD_COUNT, "a field of ring.def is not checked here");
_Static_assert(sizeof(struct ring_address) == RING_ADDRESS_BYTES, "address");
_Static_assert(sizeof(struct ring_slot) == RING_SLOT_BYTES, "slot");
_Static_assert(sizeof(struct ring_entry) == RING_ENTRY_HEADER_BYTES, "entry");
_Static_assert(sizeof(struct ring_names) == RING_NAMES_BYTES, "names");
_Static_assert(sizeof(struct ring_extended) == RING_EXTENDED_BYTES, "extended attribute");
_Static_assert(sizeof(struct ring_process) == RING_PROCESS_BYTES, "process");

#endif
