/* Calls that fail, are short, fault, are interrupted, or whose bytes change while they run. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"
#include "call.h"

/* AddressSanitizer's own frames are larger. */
#ifdef __SANITIZE_ADDRESS__
enum { SMALL_STACK_BYTES = 262144 };
#else
enum { SMALL_STACK_BYTES = 16384 };
#endif

static long fd;
static uint8_t block[4096];

static bool no_space(long number, const long argument[6], long *result)
{
    (void)argument;
    *result = -ENOSPC;
    return number == __NR_pwrite64;
}

static bool short_write(long number, const long argument[6], long *result)
{
    if (number != __NR_pwrite64) {
        return false;
    }
    *result = arch_syscall(number, argument[0], argument[1], 100, argument[3], 0, 0);
    return true;
}

/* Another thread's stores, before the kernel takes the bytes and afterwards. */
static bool changes_buffer(long number, const long argument[6], long *result)
{
    if (number != __NR_pwrite64) {
        return false;
    }
    block[1000]++;
    *result = arch_syscall(number, argument[0], argument[1], argument[2], argument[3], 0, 0);
    block[2000]++;
    return true;
}

static bool no_descriptors(long number, const long argument[6], long *result)
{
    *result = -EMFILE;
    return number == __NR_openat && (argument[2] & O_PATH) != 0;
}

static void failed_and_short(void)
{
    fixture_kernel = no_space;
    CHECK(CALL(__NR_pwrite64, fd, block, sizeof block, 0) == -ENOSPC);
    fixture_expect(KIND_ATTRIBUTES);
    fixture_expect_nothing();
    fixture_kernel = short_write;
    CHECK(CALL(__NR_pwrite64, fd, block, sizeof block, 0) == 100);
    CHECK(fixture_expect(KIND_WRITE)->size == 100);
    fixture_kernel = NULL;
}

static long half_done_error;

/* Does a part, and fails. */
static bool half_done(long number, const long argument[6], long *result)
{
    if (number == __NR_pwrite64 || number == __NR_write) {
        arch_syscall(number, argument[0], argument[1], 100, argument[3], 0, 0);
    } else if (number == __NR_ioctl) {
        arch_syscall(__NR_pwrite64, argument[0], (long)block, 200, 8192, 0, 0);
    } else if (number == __NR_fallocate) {
        arch_syscall(__NR_fallocate, argument[0], 0, argument[2], argument[3] / 2, 0, 0);
    } else {
        return false;
    }
    *result = -half_done_error;
    return true;
}

static void expect_half_done(uint64_t offset, uint64_t size)
{
    const struct ring_entry *entry = fixture_expect(KIND_WRITE);
    CHECK(entry->flags == FLAG_REREAD && entry->file_offset == offset && entry->size == size);
}

/* What a call that failed has written all the same is read again, and nothing else is. */
static void failed_half_done(void)
{
    enum { CLONE = 0x40049409 };
    long own = CALL(__NR_openat, AT_FDCWD, "half", O_CREAT | O_RDWR | O_DSYNC, 0600);
    fixture_expect(KIND_CREATE);
    memset(block, 'h', sizeof block);
    fixture_kernel = half_done;
    half_done_error = ENOSPC;
    CHECK(CALL(__NR_pwrite64, own, block, sizeof block, 10) == -ENOSPC);
    expect_half_done(10, sizeof block);
    fixture_expect(KIND_ATTRIBUTES);
    half_done_error = EIO;
    CHECK(CALL(__NR_write, own, block, sizeof block) == -EIO);
    expect_half_done(0, sizeof block);
    fixture_expect(KIND_ATTRIBUTES);
    half_done_error = EDQUOT;
    CHECK(CALL(__NR_ioctl, own, CLONE, fd) == -EDQUOT);
    expect_half_done(0, RING_UNBOUNDED);
    fixture_expect(KIND_ATTRIBUTES);
    half_done_error = ENOSPC;
    CHECK(CALL(__NR_fallocate, own, 0, 20000, 20000) == -ENOSPC);
    expect_half_done(20000, RING_UNBOUNDED);
    fixture_expect(KIND_ATTRIBUTES);
    fixture_kernel = NULL;
    CHECK(CALL(__NR_pwrite64, own, block, 10, -1) == -EINVAL);
    CHECK(CALL(__NR_ioctl, own, CLONE, -1) == -EBADF);
    CHECK(CALL(__NR_fallocate, own, 0, 0, 0) == -EINVAL);
    CALL(__NR_close, own);
}

static void buffer_changed(void)
{
    uint8_t there[sizeof block];
    fixture_kernel = changes_buffer;
    CHECK(CALL(__NR_pwrite64, fd, block, sizeof block, 4096) == sizeof block);
    fixture_kernel = NULL;
    const struct ring_entry *entry = fixture_expect(KIND_WRITE);
    CHECK(entry->flags == 0 && entry->file_offset == 4096 && entry->size == sizeof block);
    CHECK(pread((int)fd, there, sizeof there, 4096) == sizeof there);
    CHECK(memcmp(there, entry + 1, sizeof there) == 0);
}

static void unreadable(void)
{
    uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(CALL(__NR_pwrite64, fd, pages, 8192, 0) == 8192);
    CHECK(fixture_expect(KIND_WRITE)->size == 8192);
    CHECK(CALL(__NR_mprotect, pages + 4096, 4096, PROT_NONE) == 0);
    CHECK(CALL(__NR_pwrite64, fd, pages + 4096, 100, 0) == -EFAULT);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_write, fd, 8, 100) == -EFAULT);
    fixture_expect(KIND_ATTRIBUTES);
    long part = CALL(__NR_pwrite64, fd, pages, 8192, 0);
    CHECK(part == 4096);
    CHECK(fixture_expect(KIND_WRITE)->flags == FLAG_REREAD);
    CHECK(CALL(__NR_openat, AT_FDCWD, 8, O_CREAT | O_RDWR, 0600) == -EFAULT);
    CHECK(CALL(__NR_openat, AT_FDCWD, 0, O_CREAT | O_RDWR, 0600) == -EFAULT);
    CHECK(CALL(__NR_rename, 8, 16) == -EFAULT);
    CHECK(CALL(__NR_writev, fd, 8, 2) == -EFAULT);
    CHECK(CALL(__NR_execve, 8, 16, 24) == -EFAULT);
    fixture_expect_nothing();
    munmap(pages, 8192);
}

static void without_descriptors(void)
{
    fixture_kernel = no_descriptors;
    CHECK(CALL(__NR_mkdir, "unseen", 0700) == 0);
    fixture_kernel = NULL;
    CHECK(fixture_expect(KIND_MKDIR)->flags == FLAG_UNORDERED);
    CHECK(rmdir("unseen") == 0);
}

static bool no_list(long number, const long argument[6], long *result)
{
    (void)argument;
    *result = -EACCES;
    return number == __NR_listxattr || number == __NR_llistxattr;
}

static bool large_value(long number, const long argument[6], long *result)
{
    (void)argument;
    *result = -ERANGE;
    return number == __NR_getxattr || number == __NR_lgetxattr;
}

static bool no_capability(long number, const long argument[6], long *result)
{
    (void)argument;
    *result = -EPERM;
    return number == __NR_capget;
}

static const struct ring_names *expect_attributes(void)
{
    CHECK(CALL(__NR_fchmod, fd, 0600) == 0);
    return (const struct ring_names *)(fixture_expect(KIND_ATTRIBUTES) + 1);
}

/* What cannot be read is said to be unsaid, never taken for none. */
static void extended_attributes_unread(void)
{
    fixture_kernel = no_list;
    CHECK(expect_attributes()->extended_length == RING_EXTENDED_UNSAID);
    fixture_kernel = NULL;
    if (CALL(__NR_fsetxattr, fd, "user.large", "value", 5, 0) == 0) {
        fixture_expect(KIND_ATTRIBUTES);
        fixture_kernel = large_value;
        CHECK(expect_attributes()->extended_length == RING_EXTENDED_UNSAID);
        fixture_kernel = NULL;
    }
    fixture_kernel = no_capability;
    CHECK(CALL(__NR_fchmod, fd, 0600) == 0);
    fixture_kernel = NULL;
    CHECK(fixture_expect(KIND_ATTRIBUTES)->flags == FLAG_TRUSTED_UNSEEN);
}

static bool no_search(long number, const long argument[6], long *result)
{
    *result = -EACCES;
    return number == __NR_statx && argument[0] == AT_FDCWD && ((const char *)argument[1])[0] == '/';
}

static bool no_way(long number, const long argument[6], long *result)
{
    return no_search(number, argument, result) || no_descriptors(number, argument, result);
}

/* The program may not search the way to its own directory: the directory is known all the same, or the names are listed again. */
static void unsearchable(void)
{
    fixture_kernel = no_search;
    long own = CALL(__NR_openat, AT_FDCWD, "unsearchable", O_CREAT | O_RDWR, 0600);
    fixture_kernel = NULL;
    CHECK(((const struct ring_names *)(fixture_expect(KIND_CREATE) + 1))->parent.inode != 0);
    CALL(__NR_close, own);
    fixture_kernel = no_way;
    own = CALL(__NR_openat, AT_FDCWD, "unsearchable2", O_CREAT | O_RDWR, 0600);
    fixture_kernel = NULL;
    CHECK(fixture_expect(KIND_CREATE)->flags == FLAG_UNORDERED);
    CALL(__NR_close, own);
    CHECK(unlink("unsearchable2") == 0);
}

static volatile int handled;

static void write_in_handler(int signal)
{
    (void)signal;
    uint8_t byte = 'h';
    CHECK(CALL(__NR_pwrite64, fd, &byte, 1, 10) == 1);
    handled++;
}

static bool interrupts(long number, const long argument[6], long *result)
{
    static int depth;
    if (number != __NR_pwrite64 || argument[2] != sizeof block || depth > 0) {
        return false;
    }
    depth++;
    *result = arch_syscall(number, argument[0], argument[1], argument[2], argument[3], 0, 0);
    raise(SIGUSR1);
    depth--;
    return true;
}

/* A handler writes into the range that the interrupted call has just written: both are read again. */
static void a_handler_writes(void)
{
    signal(SIGUSR1, write_in_handler);
    fixture_kernel = interrupts;
    CHECK(CALL(__NR_pwrite64, fd, block, sizeof block, 0) == sizeof block);
    fixture_kernel = NULL;
    CHECK(handled == 1);
    const struct ring_entry *inner = fixture_expect(KIND_WRITE);
    CHECK(inner->flags == FLAG_REREAD && inner->file_offset == 10 && inner->size == 1);
    const struct ring_entry *outer = fixture_expect(KIND_WRITE);
    CHECK(outer->size == sizeof block);
    if ((outer->flags & FLAG_REREAD) == 0) {
        CHECK(fixture_expect(KIND_WRITE)->flags == FLAG_REREAD);
    }
    fixture_expect_nothing();
}

static sigjmp_buf escape;

static void jump_out(int signal)
{
    (void)signal;
    siglongjmp(escape, 1);
}

/* A handler jumps out of a captured call: the next call finds what was left open. */
static void a_handler_jumps_out(void)
{
    signal(SIGUSR1, jump_out);
    fixture_kernel = interrupts;
    if (sigsetjmp(escape, 1) == 0) {
        CALL(__NR_pwrite64, fd, block, sizeof block, 0);
        CHECK(false);
    }
    fixture_kernel = NULL;
    CHECK(CALL(__NR_pwrite64, fd, block, 10, 8000) == 10);
    CHECK(fixture_expect(KIND_WRITE)->flags == FLAG_REREAD);
    const struct ring_entry *entry = fixture_expect(KIND_WRITE);
    CHECK(entry->file_offset == 8000 && entry->flags == 0);
    fixture_expect_nothing();
}

static void *write_on_small_stack(void *unused)
{
    (void)unused;
    char path[32];
    snprintf(path, sizeof path, "small");
    long own = CALL(__NR_openat, AT_FDCWD, path, O_CREAT | O_RDWR, 0600);
    CHECK(CALL(__NR_write, own, block, sizeof block) == sizeof block);
    CHECK(CALL(__NR_rename, path, "small2") == 0);
    return NULL;
}

static void small_stack(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, SMALL_STACK_BYTES);
    CHECK(pthread_create(&thread, &attributes, write_on_small_stack, NULL) == 0);
    pthread_join(thread, NULL);
    fixture_expect(KIND_CREATE);
    fixture_expect(KIND_WRITE);
    fixture_expect(KIND_RENAME);
}

int main(void)
{
    fixture_begin(1 << 24, 200000000);
    fd = CALL(__NR_openat, AT_FDCWD, "trouble", O_CREAT | O_RDWR, 0600);
    fixture_expect(KIND_CREATE);
    failed_and_short();
    failed_half_done();
    buffer_changed();
    unreadable();
    without_descriptors();
    extended_attributes_unread();
    unsearchable();
    a_handler_writes();
    a_handler_jumps_out();
    small_stack();
    fixture_expect_replay();
    fixture_end();
    return 0;
}
