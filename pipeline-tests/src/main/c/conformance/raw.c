/*
 * A program with system calls of its own, not the C library's: writes the file that it is given. With "computed" before
 * the name the calls' numbers are not in the code before them, as in a wrapper that takes any number.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

#include "raw_call.h"

static volatile long nothing;

static int write_plain(const char *name)
{
    long fd = raw_call(SYS_openat, AT_FDCWD, (long)name, O_RDWR | O_CREAT, 0640);
    return fd >= 0 && raw_call(SYS_write, fd, (long)"its own", 7, 0) == 7 && raw_call(SYS_close, fd, 0, 0, 0) == 0;
}

static __attribute__((noinline)) long any_call(long number, long a, long b, long c, long d)
{
    return raw_call(number + nothing, a, b, c, d);
}

static int write_computed(const char *name)
{
    long fd = any_call(SYS_openat, AT_FDCWD, (long)name, O_RDWR | O_CREAT, 0640);
    return fd >= 0 && any_call(SYS_write, fd, (long)"computed", 8, 0) == 8 && any_call(SYS_close, fd, 0, 0, 0) == 0;
}

int main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "computed") == 0) {
        return write_computed(arguments[2]) ? 0 : 1;
    }
    return count == 2 && write_plain(arguments[1]) ? 0 : 1;
}
