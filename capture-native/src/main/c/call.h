/* A system call of the program on its way through the hook. */
#ifndef CATCHWATER_CALL_H
#define CATCHWATER_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"

/* Newer than some headers. */
enum { CALL_MOVE_MOUNT = 429, CALL_FCHMODAT2 = 452, CALL_SETXATTRAT = 463, CALL_REMOVEXATTRAT = 466 };

/* Laid out as arch/.../entry.S pushes it. */
struct call {
    long number;
    long argument[6];
    long result;
};

/*
 * Captures a call if it concerns the backup. Returns true when the call has been made: result is what the
 * kernel answered. Returns false when the program is to make it itself: nothing has happened.
 * Thread-safe, signal-safe, touches neither errno nor vector registers.
 */
bool call_capture(struct call *call);

/* Whether calls of this number are of interest to the hook at all. */
bool call_is_captured(long number);

/* Whether they are of interest also while capture is off. */
bool call_is_always_seen(long number);

/* Makes the call as the program asked for it. */
static inline void call_make(struct call *call)
{
    long *a = call->argument;
    call->result = kernel_enter(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Handlers, by the file that has them; each as call_capture. */
#define CALL_HANDLER(name) bool name(struct call *call)

CALL_HANDLER(call_write);
CALL_HANDLER(call_pwrite64);
CALL_HANDLER(call_writev);
CALL_HANDLER(call_pwritev);
CALL_HANDLER(call_pwritev2);
CALL_HANDLER(call_copy_file_range);
CALL_HANDLER(call_sendfile);
CALL_HANDLER(call_splice);

CALL_HANDLER(call_ftruncate);
CALL_HANDLER(call_truncate);
CALL_HANDLER(call_fallocate);
CALL_HANDLER(call_ioctl);
CALL_HANDLER(call_mmap);

CALL_HANDLER(call_open);
CALL_HANDLER(call_openat);
CALL_HANDLER(call_openat2);
CALL_HANDLER(call_creat);

CALL_HANDLER(call_unlink);
CALL_HANDLER(call_unlinkat);
CALL_HANDLER(call_rmdir);
CALL_HANDLER(call_mkdir);
CALL_HANDLER(call_mkdirat);
CALL_HANDLER(call_mknod);
CALL_HANDLER(call_mknodat);
CALL_HANDLER(call_symlink);
CALL_HANDLER(call_symlinkat);
CALL_HANDLER(call_bind);
CALL_HANDLER(call_mounts);
CALL_HANDLER(call_link);
CALL_HANDLER(call_linkat);
CALL_HANDLER(call_rename);
CALL_HANDLER(call_renameat);
CALL_HANDLER(call_renameat2);

CALL_HANDLER(call_attributes_by_path);
CALL_HANDLER(call_attributes_by_descriptor);
CALL_HANDLER(call_attributes_at);

CALL_HANDLER(call_close);
CALL_HANDLER(call_close_range);
CALL_HANDLER(call_dup2);
CALL_HANDLER(call_fcntl);

CALL_HANDLER(call_execve);
CALL_HANDLER(call_execveat);
CALL_HANDLER(call_exit);
CALL_HANDLER(call_root_change);
CALL_HANDLER(call_io_uring_setup);
CALL_HANDLER(call_io_setup);
CALL_HANDLER(call_mappings_change);

#endif
