#define _GNU_SOURCE
#include "patch.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "arch.h"
#include "call.h"
#include "kernel.h"
#include "memory.h"

enum {
    /* Executable text of one module that is searched, at most. */
    TEXT_LIMIT_BYTES = 256 * 1024 * 1024,
    /* Patched pages closer than this are mapped together. */
    RUN_GAP_BYTES = 16 * PAGE_BYTES,
    SEARCH_STEP_BYTES = 1024 * 1024,
    NUMBER_LIMIT = 512,
    PROT_READ_EXECUTE = 5,
    PROT_NONE = 0,
    MAP_PRIVATE = 2,
    MAP_FIXED = 16,
    MAP_PRIVATE_ANONYMOUS_AT = 0x100022,
    CLOSE_ON_EXEC = 1,
    EXECUTABLE = 16,
};

static struct patch_outcome outcome;
static uint8_t unknown_numbers[NUMBER_LIMIT / 8];
static struct site sites[SITE_LIMIT];
static const uint8_t *stub_of[SITE_LIMIT];

static void note_unknown(long number)
{
    outcome.unknown_sites++;
    unknown_numbers[number / 8] |= (uint8_t)(1 << number % 8);
}

bool patch_has_unknown(long number)
{
    return number >= 0 && number < NUMBER_LIMIT && (unknown_numbers[number / 8] >> number % 8 & 1) != 0;
}

static long executable_memory(void)
{
    long fd = kernel(__NR_memfd_create, "catchwater", CLOSE_ON_EXEC | EXECUTABLE);
    return kernel_failed(fd) ? kernel(__NR_memfd_create, "catchwater", CLOSE_ON_EXEC) : fd;
}

static uint8_t *reserve_at(uint64_t address, size_t bytes)
{
    long at = kernel(__NR_mmap, address, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS_AT, -1, 0);
    if (at == (long)address) {
        return (uint8_t *)at;
    }
    if (!kernel_failed(at)) {
        /* A kernel that does not know MAP_FIXED_NOREPLACE takes the address as a hint. */
        memory_unmap((void *)at, bytes);
    }
    return NULL;
}

/* Free address space that a jump from the text reaches, below or above it; NULL when there is none. */
static uint8_t *reserve_near(const uint8_t *text, size_t bytes)
{
    uint64_t base = (uint64_t)text & ~(uint64_t)(PAGE_BYTES - 1);
    for (uint64_t away = bytes; away < arch_jump_reach() && away < base; away += SEARCH_STEP_BYTES) {
        uint8_t *below = reserve_at(base - away, bytes);
        uint8_t *near = below != NULL ? below : reserve_at(base + away, bytes);
        if (near != NULL) {
            return near;
        }
    }
    return NULL;
}

/* Writes the stubs of all sites near the text; false when the kernel does not let us. */
static bool make_stubs(size_t count)
{
    size_t bytes = (count * STUB_BYTES + PAGE_BYTES) / PAGE_BYTES * PAGE_BYTES + PAGE_BYTES;
    uint8_t *draft = memory_map(bytes);
    uint8_t *run = draft != NULL ? reserve_near(sites[0].instruction, bytes) : NULL;
    if (run == NULL) {
        return false;
    }
    size_t length = arch_write_common(draft);
    for (size_t i = 0; i < count; i++) {
        stub_of[i] = run + length;
        length += arch_write_stub(draft + length, run + length, run, &sites[i]);
    }
    long fd = executable_memory();
    bool made = !kernel_failed(fd) && kernel(__NR_pwrite64, fd, draft, bytes, 0) == (long)bytes
        && !kernel_failed(kernel(__NR_mmap, run, bytes, PROT_READ_EXECUTE, MAP_PRIVATE | MAP_FIXED, fd, 0));
    kernel(__NR_close, fd);
    memory_unmap(draft, bytes);
    if (!made) {
        memory_unmap(run, bytes);
    }
    return made;
}

static uint64_t page_of(const uint8_t *address)
{
    return (uint64_t)address & ~(uint64_t)(PAGE_BYTES - 1);
}

/* Replaces the pages of some sites by copies with the jumps in them. */
static bool patch_run(size_t first, size_t last)
{
    uint64_t start = page_of(sites[first].begin);
    uint64_t bytes = page_of(sites[last].instruction) + PAGE_BYTES - start;
    long fd = executable_memory();
    if (kernel_failed(fd)) {
        return false;
    }
    bool right = kernel(__NR_pwrite64, fd, start, bytes, 0) == (long)bytes;
    for (size_t i = first; i <= last && right; i++) {
        uint8_t jump[16];
        long length = (long)arch_write_jump(jump, &sites[i], stub_of[i]);
        right = kernel(__NR_pwrite64, fd, jump, length, (uint64_t)sites[i].begin - start) == length;
    }
    right = right && !kernel_failed(kernel(__NR_mmap, start, bytes, PROT_READ_EXECUTE, MAP_PRIVATE | MAP_FIXED, fd, 0));
    kernel(__NR_close, fd);
    return right;
}

/* Patches the text of one segment; how many sites now lead to the hook. */
static size_t patch_text(const uint8_t *start, const uint8_t *end)
{
    size_t count = arch_find_sites(start, end, sites, note_unknown);
    size_t patched = 0;
    if (count == 0 || !make_stubs(count)) {
        return 0;
    }
    for (size_t first = 0; first < count;) {
        size_t last = first;
        while (last + 1 < count && page_of(sites[last + 1].begin) - page_of(sites[last].instruction) <= RUN_GAP_BYTES) {
            last++;
        }
        if (patch_run(first, last)) {
            patched += last - first + 1;
        } else {
            for (size_t i = first; i <= last; i++) {
                note_unknown(sites[i].number >= 0 ? sites[i].number : 0);
            }
        }
        first = last + 1;
    }
    return patched;
}

static bool is_libc(const char *name)
{
    return strstr(name, "/libc.so.6") != NULL || strstr(name, "/libc-2.") != NULL;
}

/* Libraries that make system calls by themselves. Of others only what goes through these is seen. */
static bool makes_calls(const char *name)
{
    return name[0] == 0 || is_libc(name) || strstr(name, "/libpthread") != NULL || strstr(name, "/liburing.so") != NULL
        || strstr(name, "/libaio.so") != NULL;
}

static int patch_module(struct dl_phdr_info *module, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    const char *name = module->dlpi_name != NULL ? module->dlpi_name : "";
    if (!makes_calls(name)) {
        return 0;
    }
    for (int i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) == 0 || segment->p_memsz > TEXT_LIMIT_BYTES) {
            continue;
        }
        const uint8_t *start = (const uint8_t *)(module->dlpi_addr + segment->p_vaddr);
        size_t patched = patch_text(start, start + segment->p_memsz);
        outcome.patched_sites += (uint32_t)patched;
        outcome.libc_patched |= is_libc(name) && patched > 0;
    }
    return 0;
}

struct patch_outcome patch_process(void)
{
    dl_iterate_phdr(patch_module, NULL);
    return outcome;
}
