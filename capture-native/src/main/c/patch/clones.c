#include "clones.h"

#include "kernel.h"
#include "memory.h"
#include "thread.h"

enum {
    SHARES_MEMORY = 0x100,
    SUSPENDS_PARENT = 0x4000,
    SETS_LOCAL_STORAGE = 0x80000,
};

bool clone_is(long number)
{
#ifdef __NR_vfork
    if (number == __NR_vfork || number == __NR_fork) {
        return true;
    }
#endif
    return number == __NR_clone || number == __NR_clone3;
}

static uint64_t flags_of(long number, long argument)
{
    if (number == __NR_clone) {
        return (uint64_t)argument;
    }
    if (number == __NR_clone3) {
        const uint64_t *flags = (const uint64_t *)argument;
        return memory_readable(NULL, flags, sizeof *flags) ? *flags : 0;
    }
#ifdef __NR_vfork
    if (number == __NR_vfork) {
        return SHARES_MEMORY | SUSPENDS_PARENT;
    }
#endif
    return 0;
}

static bool shares_local_storage(uint64_t flags)
{
    return (flags & (SHARES_MEMORY | SETS_LOCAL_STORAGE)) == SHARES_MEMORY;
}

void clone_before(long number, long argument)
{
    if (shares_local_storage(flags_of(number, argument))) {
        thread_begin_sharing();
    }
}

void clone_after(long number, long argument, long result)
{
    uint64_t flags = flags_of(number, argument);
    if (shares_local_storage(flags) && ((flags & SUSPENDS_PARENT) != 0 || kernel_failed(result))) {
        thread_end_sharing();
    }
}
