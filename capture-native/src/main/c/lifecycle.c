/* Calls that end descriptors, threads and programs, or that would go around the hook. */
#include "call.h"
#include "descriptor.h"
#include "kernel.h"
#include "program.h"
#include "ring.h"
#include "thread.h"
#include "watch.h"


enum {
    CLOSE_RANGE_CLOEXEC_FLAG = 4,
};

bool call_close(struct call *call)
{
    long fd = (int)call->argument[0];
    descriptor_begin_close(fd);
    call_make(call);
    descriptor_end_close(fd);
    return true;
}

bool call_close_range(struct call *call)
{
    uint64_t first = (uint32_t)call->argument[0];
    uint64_t last = (uint32_t)call->argument[1];
    if ((call->argument[2] & CLOSE_RANGE_CLOEXEC_FLAG) != 0) {
        return false;
    }
    descriptor_forget(first, last);
    call_make(call);
    descriptor_forget(first, last);
    return true;
}

/* dup2 and dup3 close what the new number was. */
bool call_dup2(struct call *call)
{
    long fd = (int)call->argument[1];
    if (fd == (int)call->argument[0]) {
        return false;
    }
    descriptor_begin_close(fd);
    call_make(call);
    descriptor_end_close(fd);
    return true;
}

/* O_APPEND belongs to the open file, which other descriptors and processes may share. */
bool call_fcntl(struct call *call)
{
    long fd = (int)call->argument[0];
    if (call->argument[1] != F_SETFL || descriptor_find(fd).kind == DESCRIPTOR_FOREIGN) {
        return false;
    }
    long before = kernel(__NR_fcntl, fd, F_GETFL);
    if (((before ^ call->argument[2]) & O_APPEND) == 0) {
        return false;
    }
    descriptor_forget_everywhere();
    call_make(call);
    descriptor_forget_everywhere();
    return true;
}

/* What was found out of descriptors before is still right. */
bool call_root_change(struct call *call)
{
    watch_before_root_changes();
    call_make(call);
    if (call->result == 0) {
        watch_root_changed();
    }
    return true;
}

bool call_io_uring_setup(struct call *call)
{
    if ((ring.header->options & RING_OPTION_DENY_IO_URING) != 0) {
        call->result = -E_NOSYS;
    } else {
        call_make(call);
    }
    program_report_unseen_way(KIND_IO_URING, !kernel_failed(call->result));
    return true;
}

bool call_io_setup(struct call *call)
{
    call->result = -E_NOSYS;
    program_report_unseen_way(KIND_KERNEL_AIO, false);
    return true;
}

bool call_exit(struct call *call)
{
    (void)call;
    thread_end();
    return false;
}

/* The environment is at this argument. */
static bool begin_program(struct call *call, int environment)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    char **with_hook = NULL;
    long given = call->argument[environment];
    if (level != NULL) {
        with_hook = program_environment(level, (char **)given);
    }
    if (with_hook != NULL) {
        call->argument[environment] = (long)with_hook;
    }
    thread_leave_program();
    call_make(call);
    call->argument[environment] = given;
    thread_stay();
    if (level != NULL) {
        level_leave(level);
    }
    return true;
}

bool call_execve(struct call *call)
{
    return begin_program(call, 2);
}

bool call_execveat(struct call *call)
{
    return begin_program(call, 3);
}
