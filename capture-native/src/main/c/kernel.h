/*
 * The kernel, without the C library: handlers run inside the C library's own calls, where its locks,
 * its errno and its vector registers belong to the program.
 *
 * Every function here returns what the kernel returns: a negative errno on failure. All are safe in
 * signal handlers and in any thread. Tests compile with KERNEL_REPLACED and supply kernel_replaced(),
 * so that they can make any call fail.
 */
#ifndef CATCHWATER_KERNEL_H
#define CATCHWATER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/unistd.h>

#include "arch.h"

/* Tests also use the C library's headers, which define the same. */
#ifdef KERNEL_REPLACED
#include <fcntl.h>
#include <sys/stat.h>
#else
#include <linux/fcntl.h>
#include <linux/stat.h>
#endif

/* errno values that the hook itself looks at. */
enum {
    E_PERM = 1,
    E_NOENT = 2,
    E_SRCH = 3,
    E_IO = 5,
    E_BADF = 9,
    E_AGAIN = 11,
    E_NOMEM = 12,
    E_FAULT = 14,
    E_XDEV = 18,
    E_NODEV = 19,
    E_ISDIR = 21,
    E_INVAL = 22,
    E_NFILE = 23,
    E_MFILE = 24,
    E_TXTBSY = 26,
    E_FBIG = 27,
    E_NOSPC = 28,
    E_SPIPE = 29,
    E_NAMETOOLONG = 36,
    E_NOSYS = 38,
    E_NODATA = 61,
    E_OPNOTSUPP = 95,
    E_DQUOT = 122,
};

#ifdef KERNEL_REPLACED
long kernel_replaced(long number, long a, long b, long c, long d, long e, long f);
#define kernel_enter kernel_replaced
#else
#define kernel_enter arch_syscall
#endif

#define KERNEL_PICK(number, a, b, c, d, e, f, ...) \
    kernel_enter((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define kernel(...) KERNEL_PICK(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

static inline bool kernel_failed(long result)
{
    return (unsigned long)result >= -4095UL;
}

/* The part of a mode that tells the type, and the type of a regular file. */
enum {
    MODE_TYPE = 0170000,
    MODE_REGULAR = 0100000,
};

struct kernel_time {
    int64_t seconds;
    int64_t nanoseconds;
};

struct kernel_vector {
    const uint8_t *base;
    uint64_t length;
};

#endif
