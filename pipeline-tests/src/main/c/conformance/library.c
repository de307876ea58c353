/* A library with a system call of its own, loaded while the program runs. */
#include "raw_call.h"

#include <sys/syscall.h>

long library_pwrite(int fd, const void *bytes, unsigned long length, long offset);

long library_pwrite(int fd, const void *bytes, unsigned long length, long offset)
{
    return raw_call(SYS_pwrite64, fd, (long)bytes, (long)length, offset);
}
