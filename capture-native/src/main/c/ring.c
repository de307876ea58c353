#include "ring.h"

#include <linux/shm.h>

#include "clock.h"
#include "kernel.h"
#include "memory.h"

enum {
    OPEN_READ_CLOEXEC = 02000000,
    RECORD_PARTS = 5,
    COPY_LIMIT_DIVISOR = 4,
};

struct ring ring;

/* Reads the ring's file; false when it is not one. */
static bool read_address(const char *path, struct ring_address *address)
{
    long fd = kernel(__NR_open, path, OPEN_READ_CLOEXEC);
    if (kernel_failed(fd)) {
        return false;
    }
    long length = kernel(__NR_read, fd, address, sizeof *address);
    kernel(__NR_close, fd);
    return length == sizeof *address && address->magic == RING_MAGIC && address->version == RING_VERSION;
}

static bool header_right(const struct ring_header *header, const struct ring_address *address, uint64_t bytes)
{
    uint64_t capacity = header->capacity;
    return __atomic_load_n(&header->magic, __ATOMIC_ACQUIRE) == RING_MAGIC && header->version == RING_VERSION
        && header->nonce == address->nonce && header->root_count >= 1 && header->root_count <= RING_ROOT_LIMIT
        && capacity >= RING_CAPACITY_LEAST && (capacity & (capacity - 1)) == 0 && bytes == RING_ENTRIES_OFFSET + capacity;
}

bool ring_map(const char *path)
{
    struct ring_address address;
    struct shmid64_ds segment;
    if (!read_address(path, &address) || kernel_failed(kernel(__NR_shmctl, address.segment, IPC_STAT, &segment))
        || segment.shm_segsz < RING_ENTRIES_OFFSET + RING_CAPACITY_LEAST) {
        return false;
    }
    long at = kernel(__NR_shmat, address.segment, 0, 0);
    if (kernel_failed(at)) {
        return false;
    }
    struct ring_header *header = (struct ring_header *)at;
    if (!header_right(header, &address, segment.shm_segsz)) {
        kernel(__NR_shmdt, at);
        return false;
    }
    uint64_t quarter = header->capacity / COPY_LIMIT_DIVISOR;
    ring.slots = (struct ring_slot *)(at + RING_SLOTS_OFFSET);
    ring.roots = (const char *)(at + RING_ROOTS_OFFSET);
    ring.entries = (uint8_t *)(at + RING_ENTRIES_OFFSET);
    ring.capacity = header->capacity;
    ring.payload_limit = quarter < RING_PAYLOAD_LIMIT ? (uint32_t)quarter : RING_PAYLOAD_LIMIT;
    ring.header = header;
    return true;
}

void ring_overrun(void)
{
    __atomic_fetch_add(&ring.header->overruns, 1, __ATOMIC_SEQ_CST);
}

static uint64_t entry_bytes(uint64_t length)
{
    return (length + RING_ENTRY_ALIGNMENT - 1) & ~(uint64_t)(RING_ENTRY_ALIGNMENT - 1);
}

static bool room_for(uint64_t tail, uint64_t bytes)
{
    struct ring_header *header = ring.header;
    if (tail + bytes <= __atomic_load_n(&header->head_cache, __ATOMIC_ACQUIRE) + ring.capacity) {
        return true;
    }
    uint64_t head = __atomic_load_n(&header->head, __ATOMIC_ACQUIRE);
    __atomic_store_n(&header->head_cache, head, __ATOMIC_RELEASE);
    return tail + bytes <= head + ring.capacity;
}

static bool waiting_is_over(struct patience *patience, bool *begun)
{
    struct ring_header *header = ring.header;
    if (__atomic_load_n(&header->overruns, __ATOMIC_ACQUIRE) != __atomic_load_n(&header->overruns_seen, __ATOMIC_ACQUIRE)) {
        return true;
    }
    if (!*begun) {
        *patience = patience_begin(header->full_wait_ns);
        *begun = true;
    }
    return !patience_wait(patience);
}

/* Moves the tail over padding and entry; *padding tells how much of it is padding. Returns the old tail or 0. */
static uint64_t claim(struct ring_slot *slot, uint64_t bytes, uint64_t *padding)
{
    struct ring_header *header = ring.header;
    struct patience patience;
    bool waiting = false;
    uint64_t tail = __atomic_load_n(&header->tail, __ATOMIC_ACQUIRE);
    for (;;) {
        uint64_t to_end = ring.capacity - (tail & (ring.capacity - 1));
        *padding = bytes > to_end ? to_end : 0;
        if (!room_for(tail, *padding + bytes)) {
            if (waiting_is_over(&patience, &waiting)) {
                __atomic_store_n(&slot->claim_position, 0, __ATOMIC_RELEASE);
                return 0;
            }
            tail = __atomic_load_n(&header->tail, __ATOMIC_ACQUIRE);
            continue;
        }
        __atomic_store_n(&slot->claim_length, *padding + bytes, __ATOMIC_RELEASE);
        __atomic_store_n(&slot->claim_position, tail, __ATOMIC_RELEASE);
        if (__atomic_compare_exchange_n(&header->tail, &tail, tail + *padding + bytes, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
            return tail;
        }
    }
}

static struct ring_entry *entry_at(uint64_t position)
{
    return (struct ring_entry *)(ring.entries + (position & (ring.capacity - 1)));
}

static void commit(struct ring_entry *entry, uint64_t position)
{
    __atomic_store_n(&entry->commit, position ^ ring.header->nonce, __ATOMIC_RELEASE);
}

bool ring_is_committed(uint64_t position)
{
    uint64_t word = __atomic_load_n(&entry_at(position)->commit, __ATOMIC_ACQUIRE);
    /* What has been read may have been written over on a later lap. */
    return word == (position ^ ring.header->nonce) || position < __atomic_load_n(&ring.header->head, __ATOMIC_ACQUIRE);
}

/* A PAD may be shorter than an entry's header: only its first 16 bytes are there for sure. */
void ring_fill_pad(uint64_t position, uint64_t bytes)
{
    struct ring_entry *pad = entry_at(position);
    pad->length = (uint32_t)bytes;
    pad->kind = KIND_PAD;
    pad->flags = 0;
    commit(pad, position);
}

uint64_t ring_append(struct ring_slot *slot, const struct ring_record *record)
{
    uint64_t length = RING_ENTRY_HEADER_BYTES;
    for (int i = 0; i < RECORD_PARTS; i++) {
        length += record->part[i].bytes;
    }
    uint64_t padding;
    uint64_t position = claim(slot, entry_bytes(length), &padding);
    if (position == 0) {
        ring_overrun();
        return 0;
    }
    uint64_t pad_position = position;
    position += padding;
    struct ring_entry *entry = entry_at(position);
    entry->length = (uint32_t)length;
    entry->kind = (uint16_t)record->kind;
    entry->flags = (uint16_t)(record->flags | (__atomic_load_n(&slot->flags, __ATOMIC_SEQ_CST) & FLAG_UNORDERED));
    entry->time_ns = clock_wall_ns();
    entry->pid = (uint32_t)(slot->owner >> 32);
    entry->tid = (uint32_t)slot->owner;
    entry->id = record->id;
    entry->file_offset = record->file_offset;
    entry->size = record->size;
    entry->first_position = record->first_position;
    uint8_t *payload = (uint8_t *)(entry + 1);
    for (int i = 0; i < RECORD_PARTS; i++) {
        if (record->part[i].bytes != 0) {
            memory_copy(payload, record->part[i].start, record->part[i].bytes);
            payload += record->part[i].bytes;
        }
    }
    commit(entry, position);
    /* Last, so that the commit word at CLAIM_POSITION speaks for the whole claim. */
    if (padding != 0) {
        ring_fill_pad(pad_position, padding);
    }
    return position;
}
