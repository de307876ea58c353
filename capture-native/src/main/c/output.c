/* Calls that put bytes into a file: what they took goes into the ring, or their range is read again. */
#include "copy.h"
#include "data.h"
#include "memory.h"
#include "ring.h"

enum {
    SEEK_CURRENT = 1,
    F_GET_FLAGS = 3,
    FLAG_DSYNC = 2,
    FLAG_SYNC = 4,
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
    /* Of those that do not. */
    uint64_t bytes;
    /* At `position`, or where the descriptor stands. */
    bool positioned;
    uint64_t position;
    bool appends;
    bool never_appends;
    bool synchronous;
};

static uint64_t within_limit(uint64_t bytes)
{
    return bytes < CALL_LIMIT_BYTES ? bytes : CALL_LIMIT_BYTES;
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

static void record(struct data_change *change, struct copy *copy, int64_t offset)
{
    uint64_t taken = (uint64_t)change->call->result;
    if (offset < 0) {
        data_reread(change, 0, RING_UNBOUNDED);
    } else if (copy == NULL || !change->ordered || !level_take_slot(change->level)) {
        data_reread(change, (uint64_t)offset, (uint64_t)offset + taken);
    } else if (!ring_kind_disabled(KIND_WRITE)) {
        record_bytes(change, copy_join(copy), (uint64_t)offset, taken);
    }
}

/*
 * A write that has written something says how much, unless it was to reach the device within the call: what came before
 * the failure may then be there although the call has failed. Direct ones fail so even when a later vector is refused.
 */
static bool may_have_written(const struct output *output)
{
    long flags = kernel(__NR_fcntl, output->fd, F_GET_FLAGS);
    bool direct = kernel_failed(flags) || (flags & O_DIRECT) != 0;
    switch (-output->call->result) {
    case E_PERM:
    case E_BADF:
    case E_AGAIN:
    case E_FBIG:
    case E_SPIPE:
    case E_OPNOTSUPP:
        return false;
    case E_FAULT:
    case E_INVAL:
        return direct;
    case E_IO:
        return true;
    default:
        return direct || output->synchronous || (flags & O_DSYNC) != 0;
    }
}

/* start is -1 where the kernel was to find the offset. */
static void record_failure(struct data_change *change, const struct output *output, int64_t start, uint64_t bytes)
{
    if (may_have_written(output)) {
        data_reread(change, start < 0 ? 0 : (uint64_t)start, start < 0 ? RING_UNBOUNDED : (uint64_t)start + bytes);
    }
    data_failed(change);
}

/* What the program asks for, seen once: it may change its vectors meanwhile. */
static struct copy see_vectors(struct level *level, const struct output *output)
{
    struct copy copy = {level->vectors, output->vector_count, 0};
    for (uint64_t i = 0; i < output->vector_count; i++) {
        level->vectors[i] = output->vectors[i];
        copy.bytes = within_limit(copy.bytes + within_limit(level->vectors[i].length));
    }
    return copy;
}

/* Makes the call with the copy in the place of the program's memory. */
static void make_with(struct call *call, const struct copy *copy)
{
    struct call made = *call;
    bool one_buffer = call->number == __NR_write || call->number == __NR_pwrite64;
    made.argument[1] = one_buffer ? (long)copy->vectors[0].base : (long)copy->vectors;
    call_make(&made);
    call->result = made.result;
}

static bool capture_output(struct output *output)
{
    struct data_change change;
    enum data_road road = data_begin(&change, output->call, output->fd);
    if (road != DATA_CAPTURE) {
        return road == DATA_MADE;
    }
    bool appends = (change.descriptor.appends || output->appends) && !output->never_appends;
    struct copy copy = see_vectors(change.level, output);
    bool copied = copy_take(change.level, &copy, (int)output->fd);
    uint64_t bytes = output->vectors != NULL ? copy.bytes : output->bytes;
    if (output->positioned && !appends) {
        data_announce(&change, KIND_WRITE, output->position, output->position + bytes);
    } else {
        data_announce(&change, KIND_WRITE, 0, RING_UNBOUNDED);
    }
    int64_t before = output->positioned || appends ? -1 : kernel(__NR_lseek, output->fd, 0, SEEK_CURRENT);
    if (copied) {
        make_with(output->call, &copy);
    } else {
        call_make(output->call);
    }
    long taken = output->call->result;
    if (taken > 0) {
        record(&change, copied ? &copy : NULL, find_offset(output, appends, before, taken));
    } else if (taken < 0) {
        record_failure(&change, output, output->positioned && !appends ? (int64_t)output->position : before, bytes);
    }
    copy_end(change.level);
    data_end(&change);
    return true;
}

static bool capture_buffer(struct call *call, bool positioned)
{
    struct kernel_vector vector = {(const uint8_t *)call->argument[1], within_limit((uint64_t)call->argument[2])};
    struct output output = {
        .call = call,
        .fd = (int)call->argument[0],
        .vectors = &vector,
        .vector_count = 1,
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
        .synchronous = (call->argument[5] & (FLAG_DSYNC | FLAG_SYNC)) != 0,
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
