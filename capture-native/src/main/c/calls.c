/* Which calls go where. */
#include "call.h"
#include "program.h"
#include "ring.h"
#include "thread.h"

typedef bool (*handler)(struct call *call);

enum { CALL_NUMBER_LIMIT = 512 };

struct road {
    handler handler;
    /* Seen also while capture is off: what they do would be missed by a later activation. */
    bool always;
};

static const struct road roads[CALL_NUMBER_LIMIT] = {
    [__NR_write] = {call_write, false},
    [__NR_pwrite64] = {call_pwrite64, false},
    [__NR_writev] = {call_writev, false},
    [__NR_pwritev] = {call_pwritev, false},
    [__NR_pwritev2] = {call_pwritev2, false},
    [__NR_copy_file_range] = {call_copy_file_range, false},
    [__NR_sendfile] = {call_sendfile, false},
    [__NR_splice] = {call_splice, false},
    [__NR_ftruncate] = {call_ftruncate, false},
    [__NR_truncate] = {call_truncate, false},
    [__NR_fallocate] = {call_fallocate, false},
    [__NR_ioctl] = {call_ioctl, false},
    [__NR_mmap] = {call_mmap, false},
    [__NR_munmap] = {call_mappings_change, false},
    [__NR_mremap] = {call_mappings_change, false},
    [__NR_mprotect] = {call_mappings_change, false},
    [__NR_brk] = {call_mappings_change, false},
    [__NR_shmdt] = {call_mappings_change, false},
    [__NR_openat] = {call_openat, false},
    [__NR_openat2] = {call_openat2, false},
    [__NR_unlinkat] = {call_unlinkat, false},
    [__NR_mkdirat] = {call_mkdirat, false},
    [__NR_mknodat] = {call_mknodat, false},
    [__NR_symlinkat] = {call_symlinkat, false},
    [__NR_linkat] = {call_linkat, false},
    [__NR_renameat2] = {call_renameat2, false},
    [__NR_bind] = {call_bind, false},
    [__NR_mount] = {call_mounts, false},
    [__NR_umount2] = {call_mounts, false},
    [CALL_MOVE_MOUNT] = {call_mounts, false},
    [__NR_fchmod] = {call_attributes_by_descriptor, false},
    [__NR_fchown] = {call_attributes_by_descriptor, false},
    [__NR_fchmodat] = {call_attributes_at, false},
    [CALL_FCHMODAT2] = {call_attributes_at, false},
    [__NR_fchownat] = {call_attributes_at, false},
    [__NR_utimensat] = {call_attributes_at, false},
    [__NR_setxattr] = {call_attributes_by_path, false},
    [__NR_lsetxattr] = {call_attributes_by_path, false},
    [__NR_fsetxattr] = {call_attributes_by_descriptor, false},
    [CALL_SETXATTRAT] = {call_attributes_at, false},
    [__NR_removexattr] = {call_attributes_by_path, false},
    [__NR_lremovexattr] = {call_attributes_by_path, false},
    [__NR_fremovexattr] = {call_attributes_by_descriptor, false},
    [CALL_REMOVEXATTRAT] = {call_attributes_at, false},
    [__NR_close] = {call_close, false},
    [__NR_close_range] = {call_close_range, false},
    [__NR_dup3] = {call_dup2, false},
    [__NR_fcntl] = {call_fcntl, false},
    [__NR_chroot] = {call_root_change, true},
    [__NR_pivot_root] = {call_root_change, true},
    [__NR_io_uring_setup] = {call_io_uring_setup, false},
    [__NR_io_setup] = {call_io_setup, false},
    [__NR_execve] = {call_execve, true},
    [__NR_execveat] = {call_execveat, true},
    [__NR_exit] = {call_exit, true},
    [__NR_exit_group] = {call_exit, true},
/* Calls that newer architectures do without. */
#ifdef __NR_open
    [__NR_open] = {call_open, false},
    [__NR_creat] = {call_creat, false},
    [__NR_unlink] = {call_unlink, false},
    [__NR_rmdir] = {call_rmdir, false},
    [__NR_mkdir] = {call_mkdir, false},
    [__NR_mknod] = {call_mknod, false},
    [__NR_symlink] = {call_symlink, false},
    [__NR_link] = {call_link, false},
    [__NR_rename] = {call_rename, false},
    [__NR_chmod] = {call_attributes_by_path, false},
    [__NR_chown] = {call_attributes_by_path, false},
    [__NR_lchown] = {call_attributes_by_path, false},
    [__NR_utime] = {call_attributes_by_path, false},
    [__NR_utimes] = {call_attributes_by_path, false},
    [__NR_futimesat] = {call_attributes_at, false},
    [__NR_dup2] = {call_dup2, false},
#endif
#ifdef __NR_renameat
    [__NR_renameat] = {call_renameat, false},
#endif
};

static const struct road *road_of(long number)
{
    return number >= 0 && number < CALL_NUMBER_LIMIT ? &roads[number] : &roads[CALL_NUMBER_LIMIT - 1];
}

bool call_is_captured(long number)
{
    return road_of(number)->handler != NULL;
}

bool call_is_always_seen(long number)
{
    return road_of(number)->always;
}

/* Also by a call that does not concern the backup: what the program has mapped may. */
static void report_program(void)
{
    struct level *level = level_enter(__builtin_frame_address(0));
    if (level != NULL) {
        level_take_slot(level);
        level_leave(level);
    }
}

bool call_capture(struct call *call)
{
    const struct road *road = road_of(call->number);
    if (road->handler == NULL || (!road->always && ring_active() == 0)) {
        return false;
    }
    if (ring_active() != 0) {
        thread_calls(__builtin_frame_address(0));
        if (!program_is_reported()) {
            report_program();
        }
    }
    return road->handler(call);
}
