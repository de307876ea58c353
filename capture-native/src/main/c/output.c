/* Calls that put bytes into a file: what they took goes into the ring, or their range is read again. */
#include "data.h"
#include "memory.h"
#include "ring.h"

enum {
    VECTOR_LIMIT = 1024,
    SEEK_CURRENT = 1,
    FLAG_APPEND = 0x10,
    FLAG_NO_APPEND = 0x20,
};
/* The kernel takes no more in one call. */
#define CALL_LIMIT_BYTES 0x7ffff000ULL

struct output {
    struct call *call;
    long fd;
    /* NULL where the bytes do not come from the program's memory. */
    const struct kernel_vector *vectors;
    uint64_t vector_count;
    uint64_t bytes;
    /* At `position`, or where the descriptor stands. */
    bool positioned;
    uint64_t position;
    bool appends;
    bool never_appends;
};

/* The copy of the bytes to be written. */
struct copy {
    uint8_t *start;
    uint64_t mapped;
};

static struct copy copy_aside(struct level *level, const struct output *output)
{
    struct copy copy = {NULL, 0};
    if (output->vectors == NULL || output->bytes > TEMPORARY_STAGING_LIMIT_BYTES) {
        return copy;
    }
    for (uint64_t i = 0; i < output->vector_count; i++) {
        if (!memory_readable(&level->readable, output->vectors[i].base, output->vectors[i].length)) {
            return copy;
        }
    }
    copy.start = level->staging;
    if (output->bytes > STAGING_BYTES) {
        copy.start = memory_map(output->bytes);
        copy.mapped = copy.start != NULL ? output->bytes : 0;
    }
    uint64_t at = 0;
    for (uint64_t i = 0; copy.start != NULL && i < output->vector_count; i++) {
        uint64_t length = output->vectors[i].length;
        length = length < output->bytes - at ? length : output->bytes - at;
        memory_copy(copy.start + at, output->vectors[i].base, length);
        at += length;
    }
    return copy;
}

/* Whether the program's memory still holds what was copied aside. */
static bool unchanged(const struct copy *copy, const struct output *output, uint64_t taken)
{
    uint64_t at = 0;
    for (uint64_t i = 0; i < output->vector_count && at < taken; i++) {
        uint64_t length = output->vectors[i].length;
        length = length < taken - at ? length : taken - at;
        if (!memory_equal(copy->start + at, output->vectors[i].base, length)) {
            return false;
        }
        at += length;
    }
    return at == taken;
}

static void record_bytes(struct data_change *change, const uint8_t *bytes, uint64_t offset, uint64_t count)
{
    struct ring_slot *slot = change->level->slot;
    struct ring_record record = {.kind = KIND_WRITE, .id = change->descriptor.id};
    for (uint64_t done = 0; done < count;) {
        uint64_t piece = count - done < ring.payload_limit ? count - done : ring.payload_limit;
        bool last = done + piece == count;
        record.flags = (done > 0 ? FLAG_CONTINUED : 0) | (last ? 0 : FLAG_CONTINUES);
        record.file_offset = offset + done;
        record.size = piece;
        record.part[0] = (struct ring_part){bytes + done, piece};
        uint64_t position = ring_append(slot, &record);
        if (position == 0) {
            break;
        }
        if (!last && done == 0) {
            record.first_position = position;
            __atomic_store_n(&slot->first_position, position, __ATOMIC_RELEASE);
        }
        done += piece;
    }
    __atomic_store_n(&slot->first_position, 0, __ATOMIC_RELEASE);
}

/* Where the kernel has put the bytes; -1 when that is not certain. before is where the descriptor stood. */
static int64_t find_offset(const struct output *output, bool appends, int64_t before, int64_t taken)
{
    if (output->positioned && !appends) {
        return (int64_t)output->position;
    }
    int64_t end = output->positioned ? data_file_size(output->fd) : kernel(__NR_lseek, output->fd, 0, SEEK_CURRENT);
    if (end < taken) {
        return -1;
    }
    if (appends) {
        return output->positioned || data_file_size(output->fd) == end ? end - taken : -1;
    }
    return before == end - taken ? before : -1;
}

static void record(struct data_change *change, const struct output *output, const struct copy *copy, int64_t offset)
{
    uint64_t taken = (uint64_t)change->call->result;
    if (offset < 0) {
        data_reread(change, 0, RING_UNBOUNDED);
    } else if (copy->start == NULL || !change->ordered || !level_take_slot(change->level)
        || !unchanged(copy, output, taken)) {
        data_reread(change, (uint64_t)offset, (uint64_t)offset + taken);
    } else if (!ring_kind_disabled(KIND_WRITE)) {
        record_bytes(change, copy->start, (uint64_t)offset, taken);
    }
}

static bool capture_output(struct output *output)
{
    struct data_change change;
    enum data_road road = data_begin(&change, output->call, output->fd);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    bool appends = (change.descriptor.appends || output->appends) && !output->never_appends;
    struct copy copy = copy_aside(change.level, output);
    if (output->positioned && !appends) {
        data_announce(&change, KIND_WRITE, output->position, output->position + output->bytes);
    } else {
        data_announce(&change, KIND_WRITE, 0, RING_UNBOUNDED);
    }
    int64_t before = output->positioned || appends ? -1 : kernel(__NR_lseek, output->fd, 0, SEEK_CURRENT);
    call_make(output->call);
    long taken = output->call->result;
    if (taken > 0) {
        record(&change, output, &copy, find_offset(output, appends, before, taken));
    } else if (taken < 0) {
        data_failed(&change);
    }
    if (copy.mapped != 0) {
        memory_unmap(copy.start, copy.mapped);
    }
    data_end(&change);
    return true;
}

static uint64_t within_limit(uint64_t bytes)
{
    return bytes < CALL_LIMIT_BYTES ? bytes : CALL_LIMIT_BYTES;
}

static bool capture_buffer(struct call *call, bool positioned)
{
    struct kernel_vector vector = {(const uint8_t *)call->argument[1], within_limit((uint64_t)call->argument[2])};
    struct output output = {
        .call = call,
        .fd = (int)call->argument[0],
        .vectors = &vector,
        .vector_count = 1,
        .bytes = vector.length,
        .positioned = positioned,
        .position = positioned ? (uint64_t)call->argument[3] : 0,
    };
    return capture_output(&output);
}

bool call_write(struct call *call)
{
    return capture_buffer(call, false);
}

bool call_pwrite64(struct call *call)
{
    return capture_buffer(call, true);
}

static bool capture_vectors(struct output *output)
{
    struct call *call = output->call;
    output->fd = (int)call->argument[0];
    output->vectors = (const struct kernel_vector *)call->argument[1];
    output->vector_count = (uint64_t)call->argument[2];
    if (descriptor_find(output->fd).kind == DESCRIPTOR_FOREIGN || output->vector_count > VECTOR_LIMIT
        || !memory_readable(NULL, output->vectors, output->vector_count * sizeof *output->vectors)) {
        return false;
    }
    for (uint64_t i = 0; i < output->vector_count; i++) {
        output->bytes = within_limit(output->bytes + within_limit(output->vectors[i].length));
    }
    return capture_output(output);
}

bool call_writev(struct call *call)
{
    struct output output = {.call = call};
    return capture_vectors(&output);
}

bool call_pwritev(struct call *call)
{
    struct output output = {.call = call, .positioned = true, .position = (uint64_t)call->argument[3]};
    return capture_vectors(&output);
}

bool call_pwritev2(struct call *call)
{
    struct output output = {
        .call = call,
        .positioned = call->argument[3] != -1,
        .position = (uint64_t)call->argument[3],
        .appends = (call->argument[5] & FLAG_APPEND) != 0,
        .never_appends = (call->argument[5] & FLAG_NO_APPEND) != 0,
    };
    return capture_vectors(&output);
}

/* Bytes that come from another descriptor. at is the program's place for the position, or NULL. */
static bool capture_transfer(struct call *call, long fd, const uint64_t *at, uint64_t bytes)
{
    if (descriptor_find((int)fd).kind == DESCRIPTOR_FOREIGN) {
        return false;
    }
    if (at != NULL && !memory_readable(NULL, at, sizeof *at)) {
        return false;
    }
    struct output output = {
        .call = call,
        .fd = (int)fd,
        .bytes = within_limit(bytes),
        .positioned = at != NULL,
        .position = at != NULL ? *at : 0,
    };
    return capture_output(&output);
}

bool call_copy_file_range(struct call *call)
{
    return capture_transfer(call, call->argument[2], (const uint64_t *)call->argument[3], (uint64_t)call->argument[4]);
}

bool call_sendfile(struct call *call)
{
    return capture_transfer(call, call->argument[0], NULL, (uint64_t)call->argument[3]);
}

bool call_splice(struct call *call)
{
    return capture_transfer(call, call->argument[2], (const uint64_t *)call->argument[3], (uint64_t)call->argument[4]);
}
