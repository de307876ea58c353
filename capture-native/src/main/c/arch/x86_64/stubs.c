/* The code between a patched site and catchwater_entry. */
#include <stdbool.h>
#include <string.h>

#include "call.h"
#include "patch/arch.h"
#include "patch/clones.h"
#include "ring.h"

void catchwater_entry(void);
void catchwater_before_clone(void);
void catchwater_after_clone(void);

/* Addresses that all stubs load. */
enum cell { CELL_ACTIVE, CELL_ENTRY, CELL_BEFORE_CLONE, CELL_AFTER_CLONE, CELL_COUNT };

enum { SYSCALL_BYTES = 2, JUMP_BYTES = 5 };

/* Code being written at `at` that will run at `run`. */
struct writer {
    uint8_t *at;
    const uint8_t *run;
    const uint8_t *common;
};

static void put(struct writer *writer, const void *bytes, size_t count)
{
    memcpy(writer->at, bytes, count);
    writer->at += count;
    writer->run += count;
}

/* An instruction that ends with the distance to an address. */
static void put_relative(struct writer *writer, const char *opcode, size_t count, const uint8_t *target)
{
    put(writer, opcode, count);
    int32_t distance = (int32_t)(target - (writer->run + sizeof distance));
    put(writer, &distance, sizeof distance);
}

static const uint8_t *cell(const struct writer *writer, enum cell cell)
{
    return writer->common + cell * sizeof(void *);
}

size_t arch_write_common(uint8_t *at)
{
    const void *cells[CELL_COUNT] = {
        [CELL_ACTIVE] = &ring.header->active,
        [CELL_ENTRY] = (const void *)(uintptr_t)catchwater_entry,
        [CELL_BEFORE_CLONE] = (const void *)(uintptr_t)catchwater_before_clone,
        [CELL_AFTER_CLONE] = (const void *)(uintptr_t)catchwater_after_clone,
    };
    memcpy(at, cells, sizeof cells);
    return sizeof cells;
}

static void put_around(struct writer *writer, long number, enum cell function)
{
    uint32_t immediate = (uint32_t)number;
    put(writer, "\x48\x8d\x64\x24\x80", 5);                    /* lea -128(%rsp),%rsp */
    put(writer, "\xb9", 1);                                    /* mov $number,%ecx */
    put(writer, &immediate, sizeof immediate);
    put_relative(writer, "\xff\x15", 2, cell(writer, function)); /* call *function */
    put(writer, "\x48\x8d\xa4\x24\x80\x00\x00\x00", 8);        /* lea 128(%rsp),%rsp */
}

/* The call is made here, with the program's stack untouched: its child may return on another one. */
static void put_clone(struct writer *writer, long number, const uint8_t *back)
{
    put_around(writer, number, CELL_BEFORE_CLONE);
    put(writer, "\x0f\x05\x48\x85\xc0", 5);        /* syscall; test %rax,%rax */
    put_relative(writer, "\x0f\x84", 2, back);     /* je back: the child */
    put_around(writer, number, CELL_AFTER_CLONE);
    put_relative(writer, "\xe9", 1, back);
}

/* A clone made through syscall(): jumps over it are short. */
static void put_clone_if(struct writer *writer, long number, const uint8_t *back)
{
    uint32_t immediate = (uint32_t)number;
    put(writer, "\x3d", 1);                        /* cmp $number,%eax */
    put(writer, &immediate, sizeof immediate);
    put(writer, "\x75\x00", 2);                    /* jne past */
    uint8_t *skip = writer->at;
    put_clone(writer, number, back);
    skip[-1] = (uint8_t)(writer->at - skip);
}

size_t arch_write_stub(uint8_t *at, const uint8_t *run, const uint8_t *common, const struct site *site)
{
    struct writer writer = {at, run, common};
    const uint8_t *back = site->instruction + SYSCALL_BYTES;
    put(&writer, site->begin, (size_t)(site->instruction - site->begin));
    if (site->number == SITE_ANY_NUMBER) {
        put_clone_if(&writer, __NR_clone, back);
        put_clone_if(&writer, __NR_clone3, back);
        put_clone_if(&writer, __NR_vfork, back);
    } else if (clone_is(site->number)) {
        put_clone(&writer, site->number, back);
        return (size_t)(writer.at - at);
    } else if (!call_is_always_seen(site->number)) {
        put_relative(&writer, "\x4c\x8b\x1d", 3, cell(&writer, CELL_ACTIVE)); /* mov active,%r11 */
        put(&writer, "\x41\x83\x3b\x00", 4);                                  /* cmpl $0,(%r11) */
        put_relative(&writer, "\x0f\x84", 2, site->instruction);              /* je: capture is off */
    }
    put_relative(&writer, "\x4c\x8d\x1d", 3, back);                           /* lea back,%r11 */
    put_relative(&writer, "\xff\x25", 2, cell(&writer, CELL_ENTRY));          /* jmp *entry */
    return (size_t)(writer.at - at);
}

/* What lies between the jump and the syscall instruction, if anything, stays as it is. */
size_t arch_write_jump(uint8_t jump[16], const struct site *site, const uint8_t *stub)
{
    int32_t distance = (int32_t)(stub - (site->begin + JUMP_BYTES));
    jump[0] = 0xe9;
    memcpy(jump + 1, &distance, sizeof distance);
    return JUMP_BYTES;
}

size_t arch_jump_reach(void)
{
    return 0x70000000;
}
