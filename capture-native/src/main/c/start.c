/* Where the hook begins and ends in a process. */
#define _GNU_SOURCE
#include <link.h>

#include "clock.h"
#include "interpose.h"
#include "kernel.h"
#include "patch/patch.h"
#include "process.h"
#include "program.h"
#include "ring.h"
#include "thread.h"
#include "watch.h"

enum { PATH_BYTES = 4096 };

static const char *variable(char **environment, const char *name)
{
    for (; *environment != NULL; environment++) {
        const char *at = *environment;
        const char *wanted = name;
        while (*wanted != 0 && *at == *wanted) {
            at++;
            wanted++;
        }
        if (*wanted == 0 && *at == '=') {
            return at + 1;
        }
    }
    return NULL;
}

static bool same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Name of the object that holds this function, as the loader knows it. */
static int find_library(struct dl_phdr_info *module, size_t size, void *found)
{
    (void)size;
    uintptr_t here = (uintptr_t)find_library;
    for (int i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        uintptr_t start = module->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && here >= start && here < start + segment->p_memsz) {
            *(const char **)found = module->dlpi_name;
            return 1;
        }
    }
    return 0;
}

/* A program may change its directory before it executes the next: paths handed on are absolute. */
static bool make_absolute(const char *path, char *absolute)
{
    long fd = kernel(__NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC);
    if (kernel_failed(fd)) {
        return false;
    }
    long length = watch_descriptor_path(fd, absolute, PATH_BYTES);
    kernel(__NR_close, fd);
    return length > 0;
}

static void remember_for_programs(const char *ring_path, const char *mode)
{
    static char library[PATH_BYTES];
    static char ring_absolute[PATH_BYTES];
    const char *name = "";
    dl_iterate_phdr(find_library, &name);
    if (make_absolute(name, library) && make_absolute(ring_path, ring_absolute)) {
        program_start(library, ring_absolute, mode);
    }
}

static void patch(const char *mode)
{
    struct patch_outcome outcome = {0, 0, false};
    if (mode == NULL || !same(mode, "interpose")) {
        outcome = patch_process();
    }
    process_coverage.patched_sites = outcome.patched_sites;
    process_coverage.unknown_sites = outcome.unknown_sites;
    process_coverage.interposed = !outcome.libc_patched;
    if (!outcome.libc_patched) {
        thread_always_ask();
    }
    interpose_capture(!outcome.libc_patched);
}

/* glibc only: it hands main's arguments to constructors, and has no environ yet when this one runs. */
const char *gnu_get_libc_version(void) __attribute__((weak));
extern char **environ __attribute__((weak));

static char **environment_of(char **third_argument)
{
    return gnu_get_libc_version != NULL ? third_argument : &environ != NULL ? environ : NULL;
}

__attribute__((constructor)) static void begin(int count, char **arguments, char **third_argument)
{
    (void)count;
    (void)arguments;
    char **environment = environment_of(third_argument);
    if (environment == NULL) {
        return;
    }
    const char *ring_path = variable(environment, "CATCHWATER_RING");
    const char *mode = variable(environment, "CATCHWATER_HOOK");
    interpose_bind();
    if (ring_path == NULL || !process_start() || !ring_map(ring_path)) {
        return;
    }
    clock_start(environment);
    remember_for_programs(ring_path, mode);
    process_retire_earlier_program();
    patch(mode);
    struct level *level = ring_active() != 0 ? level_enter(__builtin_frame_address(0)) : NULL;
    if (level != NULL) {
        level_take_slot(level);
        level_leave(level);
    }
}

/* exit() has run: what this thread holds is given back. Other threads' slots are the bridge's to free. */
__attribute__((destructor)) static void end(void)
{
    if (ring.header != NULL) {
        thread_end();
    }
}
