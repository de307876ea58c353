#include "clock.h"

#include <elf.h>

#include "kernel.h"

enum {
    CLOCK_REALTIME = 0,
    CLOCK_MONOTONIC = 1,
    SPIN_TURNS = 200,
    YIELD_TURNS = 220,
    LOOK_EVERY_TURNS = 16,
    SLEEP_NS = 50000,
};
#define NS_PER_SECOND 1000000000ULL

typedef int (*clock_function)(int clock, struct kernel_time *now);

static clock_function fast_clock;

static uint64_t read_clock(int clock)
{
    struct kernel_time now = {0, 0};
    if (fast_clock == NULL || fast_clock(clock, &now) != 0) {
        kernel(__NR_clock_gettime, clock, &now);
    }
    return (uint64_t)now.seconds * NS_PER_SECOND + (uint64_t)now.nanoseconds;
}

uint64_t clock_wall_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

static bool same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static clock_function find_in_vdso(const uint8_t *image)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)image;
    const Elf64_Phdr *segment = (const Elf64_Phdr *)(image + header->e_phoff);
    const Elf64_Dyn *dynamic = NULL;
    const uint8_t *base = image;
    for (int i = 0; i < header->e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD) {
            base = image + segment[i].p_offset - segment[i].p_vaddr;
        } else if (segment[i].p_type == PT_DYNAMIC) {
            dynamic = (const Elf64_Dyn *)(image + segment[i].p_offset);
        }
    }
    const Elf64_Sym *symbols = NULL;
    const char *strings = NULL;
    const uint32_t *hash = NULL;
    for (; dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++) {
        const uint8_t *at = base + dynamic->d_un.d_ptr;
        if (dynamic->d_tag == DT_SYMTAB) {
            symbols = (const Elf64_Sym *)at;
        } else if (dynamic->d_tag == DT_STRTAB) {
            strings = (const char *)at;
        } else if (dynamic->d_tag == DT_HASH) {
            hash = (const uint32_t *)at;
        }
    }
    if (symbols == NULL || strings == NULL || hash == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < hash[1]; i++) {
        if (same(strings + symbols[i].st_name, "__vdso_clock_gettime") && symbols[i].st_shndx != SHN_UNDEF) {
            return (clock_function)(uintptr_t)(base + symbols[i].st_value);
        }
    }
    return NULL;
}

void clock_start(char **environment)
{
    while (*environment != NULL) {
        environment++;
    }
    for (const Elf64_auxv_t *aux = (const Elf64_auxv_t *)(environment + 1); aux->a_type != AT_NULL; aux++) {
        if (aux->a_type == AT_SYSINFO_EHDR && aux->a_un.a_val != 0) {
            fast_clock = find_in_vdso((const uint8_t *)aux->a_un.a_val);
        }
    }
}

struct patience patience_begin(uint64_t limit_ns)
{
    struct patience patience = {read_clock(CLOCK_MONOTONIC) + limit_ns, 0};
    return patience;
}

bool patience_wait(struct patience *patience)
{
    uint32_t turn = patience->turns++;
    if (turn < SPIN_TURNS) {
        arch_pause();
        return true;
    }
    if (turn < YIELD_TURNS) {
        kernel(__NR_sched_yield, 0);
    } else {
        struct kernel_time sleep = {0, SLEEP_NS};
        kernel(__NR_nanosleep, &sleep, 0);
    }
    return read_clock(CLOCK_MONOTONIC) < patience->deadline_ns;
}

bool patience_should_look(const struct patience *patience)
{
    return patience->turns >= YIELD_TURNS && patience->turns % LOOK_EVERY_TURNS == 0;
}
