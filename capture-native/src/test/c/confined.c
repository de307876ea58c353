/*
 * confined memfd PROGRAM ARG...   runs a program that may not make memory files, as some sandboxes have it
 * confined exec PROGRAM ARG...    runs a program that may not make memory executable that was not (MemoryDenyWriteExecute)
 *
 * Status 77 when the kernel does not know how.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { UNKNOWN_TO_THE_KERNEL = 77, SET_MDWE = 65, MDWE_REFUSE_EXEC_GAIN = 1 };

static int deny_memory_files(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

int main(int count, char **arguments)
{
    if (count < 3) {
        return 2;
    }
    int failed = strcmp(arguments[1], "memfd") == 0 ? deny_memory_files() : prctl(SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
    if (failed) {
        return UNKNOWN_TO_THE_KERNEL;
    }
    execvp(arguments[2], arguments + 2);
    perror(arguments[2]);
    return 1;
}
