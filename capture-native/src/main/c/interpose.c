#define _GNU_SOURCE
#include "interpose.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

#include "call.h"
#include "patch/patch.h"
#include "program.h"
#include "ring.h"
#include "thread.h"
#include "thunk.h"

#define NS_PER_US 1000
enum { NOW_NANOSECONDS = 0x3fffffff };

/* Every function of the table, seen as six registers and a result. */
typedef long (*function)(long a, long b, long c, long d, long e, long f);
typedef long (*function7)(long n, long a, long b, long c, long d, long e, long f);

#define SAME(symbol, call) __attribute__((visibility("hidden"))) extern function next_##symbol; ARCH_THUNK(symbol);
#define CANCEL SAME
#define OWN SAME
#define ALWAYS SAME
#include "interpose.def"
#undef SAME
#undef CANCEL
#undef OWN
#undef ALWAYS

/* The C library's definitions; NULL where it has none. */
enum symbol {
#define SAME(symbol, call) SYMBOL_##symbol,
#define CANCEL SAME
#define OWN SAME
#define ALWAYS SAME
#include "interpose.def"
#undef SAME
#undef CANCEL
#undef OWN
#undef ALWAYS
    SYMBOL_COUNT
};
static function libc_function[SYMBOL_COUNT];

extern void pthread_testcancel(void) __attribute__((weak));

static long as_libc(long result)
{
    if (kernel_failed(result)) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

/* Captures the call, or lets the C library make it. */
static long capture(struct call *call, enum symbol symbol, const long libc_argument[6])
{
    if (ring.header != NULL && call_capture(call)) {
        return as_libc(call->result);
    }
    function libc = libc_function[symbol];
    if (libc != NULL) {
        const long *a = libc_argument;
        return libc(a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    call_make(call);
    return as_libc(call->result);
}

static void cancellation_point(void)
{
    if (pthread_testcancel != NULL && ring.header != NULL) {
        pthread_testcancel();
    }
}

#define SAME(symbol, number) \
    static long own_##symbol(long a, long b, long c, long d, long e, long f) \
    { \
        struct call call = {__NR_##number, {a, b, c, d, e, f}, 0}; \
        return capture(&call, SYMBOL_##symbol, call.argument); \
    }
#define CANCEL(symbol, number) \
    static long own_##symbol(long a, long b, long c, long d, long e, long f) \
    { \
        struct call call = {__NR_##number, {a, b, c, d, e, f}, 0}; \
        cancellation_point(); \
        return capture(&call, SYMBOL_##symbol, call.argument); \
    }
#define OWN(symbol, number)
#define ALWAYS OWN
#include "interpose.def"
#undef SAME
#undef CANCEL
#undef OWN
#undef ALWAYS

#define OTHER(symbol, number, ...) \
    static long own_##symbol(long a, long b, long c, long d, long e, long f) \
    { \
        const long libc_argument[6] = {a, b, c, d, e, f}; \
        struct call call = {number, {__VA_ARGS__}, 0}; \
        return capture(&call, SYMBOL_##symbol, libc_argument); \
    }

OTHER(pwritev2, __NR_pwritev2, a, b, c, d, 0, e)
OTHER(pwritev64v2, __NR_pwritev2, a, b, c, d, 0, e)
OTHER(mkfifo, __NR_mknod, a, b | 010000, 0)
OTHER(mkfifoat, __NR_mknodat, a, b, c | 010000, 0)
OTHER(fchmodat, (int)d == 0 ? __NR_fchmodat : CALL_FCHMODAT2, a, b, c, d)
OTHER(futimens, __NR_utimensat, a, 0, b, 0)

static long capture_times(enum symbol symbol, long at, long path, const long *micro, long flags, const long libc_argument[6])
{
    long times[4] = {0, NOW_NANOSECONDS, 0, NOW_NANOSECONDS};
    if (micro != NULL) {
        times[0] = micro[0];
        times[1] = micro[1] * NS_PER_US;
        times[2] = micro[2];
        times[3] = micro[3] * NS_PER_US;
    }
    struct call call = {__NR_utimensat, {at, path, (long)times, flags}, 0};
    return capture(&call, symbol, libc_argument);
}

static long own_futimes(long a, long b, long c, long d, long e, long f)
{
    const long libc_argument[6] = {a, b, c, d, e, f};
    return capture_times(SYMBOL_futimes, a, 0, (const long *)b, 0, libc_argument);
}

static long own_lutimes(long a, long b, long c, long d, long e, long f)
{
    const long libc_argument[6] = {a, b, c, d, e, f};
    return capture_times(SYMBOL_lutimes, AT_FDCWD, a, (const long *)b, AT_SYMLINK_NOFOLLOW, libc_argument);
}

/* Returns an error number and leaves errno alone. */
static long own_posix_fallocate(long a, long b, long c, long d, long e, long f)
{
    struct call call = {__NR_fallocate, {a, 0, b, c}, 0};
    if (ring.header != NULL && call_capture(&call) && call.result != -EOPNOTSUPP) {
        return -call.result;
    }
    function libc = libc_function[SYMBOL_posix_fallocate];
    return libc != NULL ? libc(a, b, c, d, e, f) : ENOSYS;
}

static long own_posix_fallocate64(long a, long b, long c, long d, long e, long f)
{
    return own_posix_fallocate(a, b, c, d, e, f);
}

static long own_remove(long a, long b, long c, long d, long e, long f)
{
    long result = own_unlink(a, b, c, d, e, f);
    return result != 0 && errno == EISDIR ? own_rmdir(a, b, c, d, e, f) : result;
}

static long own_syscall(long n, long a, long b, long c, long d, long e, long f)
{
    struct call call = {n, {a, b, c, d, e, f}, 0};
    if (ring.header != NULL && call_capture(&call)) {
        return as_libc(call.result);
    }
    function7 libc = (function7)(uintptr_t)libc_function[SYMBOL_syscall];
    return libc != NULL ? libc(n, a, b, c, d, e, f) : as_libc(-ENOSYS);
}

static long set_up_ring(enum symbol symbol, const long argument[6])
{
    bool captured = ring.header != NULL && ring_active() != 0;
    bool denied = captured && (ring.header->options & RING_OPTION_DENY_IO_URING) != 0;
    function liburing = libc_function[symbol];
    const long *a = argument;
    long result = liburing != NULL && !denied ? liburing(a[0], a[1], a[2], a[3], a[4], a[5]) : -ENOSYS;
    if (captured && (denied || result >= 0)) {
        program_report_unseen_way(KIND_IO_URING, !denied);
    }
    return result;
}

#define RING(symbol) \
    static long own_##symbol(long a, long b, long c, long d, long e, long f) \
    { \
        const long argument[6] = {a, b, c, d, e, f}; \
        return set_up_ring(SYMBOL_##symbol, argument); \
    }

RING(io_uring_setup)
RING(io_uring_queue_init)
RING(io_uring_queue_init_params)
RING(io_uring_queue_init_mem)

/* What the thread holds in the ring is given back, as thread's ends are. */
static long own__exit(long a, long b, long c, long d, long e, long f)
{
    function libc = libc_function[SYMBOL__exit];
    if (ring.header != NULL) {
        thread_end();
    }
    if (libc != NULL) {
        libc(a, b, c, d, e, f);
    }
    return kernel(__NR_exit_group, a);
}

/* Until interpose_bind has run, every symbol is its wrapper, which finds no ring and makes the call. */
#define SAME(symbol, number) function next_##symbol = own_##symbol;
#define CANCEL SAME
#define OWN(symbol, number) function next_##symbol = START_##symbol;
#define ALWAYS OWN
#define START__exit own__exit
#define START__Exit own__exit
#define START_pwritev2 own_pwritev2
#define START_pwritev64v2 own_pwritev64v2
#define START_posix_fallocate own_posix_fallocate
#define START_posix_fallocate64 own_posix_fallocate64
#define START_remove own_remove
#define START_mkfifo own_mkfifo
#define START_mkfifoat own_mkfifoat
#define START_fchmodat own_fchmodat
#define START_futimens own_futimens
#define START_futimes own_futimes
#define START_lutimes own_lutimes
#define START_io_uring_setup own_io_uring_setup
#define START_io_uring_queue_init own_io_uring_queue_init
#define START_io_uring_queue_init_params own_io_uring_queue_init_params
#define START_io_uring_queue_init_mem own_io_uring_queue_init_mem
#define START_syscall ((function)(uintptr_t)own_syscall)
#include "interpose.def"
#undef SAME
#undef CANCEL
#undef OWN
#undef ALWAYS

struct binding {
    const char *name;
    function *next;
    function own;
    long number;
    bool always;
};

static struct binding bindings[SYMBOL_COUNT] = {
#define SAME(symbol, number) {#symbol, &next_##symbol, NULL, __NR_##number, false},
#define CANCEL SAME
#define OWN SAME
#define ALWAYS(symbol, number) {#symbol, &next_##symbol, NULL, __NR_##number, true},
#include "interpose.def"
#undef SAME
#undef CANCEL
#undef OWN
#undef ALWAYS
};

void interpose_bind(void)
{
    for (int i = 0; i < SYMBOL_COUNT; i++) {
        struct binding *binding = &bindings[i];
        binding->own = *binding->next;
        libc_function[i] = (function)(uintptr_t)dlsym(RTLD_NEXT, binding->name);
        if (libc_function[i] != NULL && !binding->always) {
            *binding->next = libc_function[i];
        }
    }
}

void interpose_capture(bool all)
{
    for (int i = 0; i < SYMBOL_COUNT; i++) {
        if (all || patch_has_unknown(bindings[i].number)) {
            *bindings[i].next = bindings[i].own;
        }
    }
}
