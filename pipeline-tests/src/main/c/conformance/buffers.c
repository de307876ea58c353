/* Whatever the program's memory is like from which it writes. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

enum { PAGE = 4096, MIB = 1024 * 1024, SCRIBBLED_BYTES = 20000, SCRIBBLED_WRITES = 300 };

static char *filled(int part, size_t length)
{
    char *memory = NULL;
    EXPECT(posix_memalign((void **)&memory, PAGE, length + PAGE) == 0);
    for (size_t at = 0; at < length + PAGE; at += MIB) {
        size_t piece = length + PAGE - at < MIB ? length + PAGE - at : MIB;
        memcpy(memory + at, bytes_of(part, piece), piece);
    }
    return memory;
}

static int open_direct(void)
{
    int fd = open("file", O_RDWR | O_DIRECT | O_CLOEXEC);
    if (fd < 0 && errno == EINVAL) {
        note("the file system has no O_DIRECT");
        fd = open_file("file", O_RDWR);
    }
    return (int)NEED(fd);
}

/* What the kernel refuses, or writes in part, is the same with the hook and without. */
static void direct_misaligned(int part)
{
    static const int places[] = {0, 1, 4, 64, 511, 512, 1024, 2048, 4095};
    int fd = open_direct();
    char *memory = filled(part, 4 * PAGE);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        ssize_t written = pwrite(fd, memory + places[i], PAGE, (off_t)(i + 1) * PAGE);
        EXPECT(written == PAGE || errno == EINVAL);
    }
    EXPECT(pwrite(fd, memory, 100, 0) == 100 || errno == EINVAL);
    EXPECT(pwrite(fd, memory, PAGE, 100) == PAGE || errno == EINVAL);
    EXPECT(pwrite(fd, memory, PAGE, 12 * PAGE) == PAGE);
    free(memory);
    shut(fd);
}

static void direct_vectors(int part)
{
    int fd = open_direct();
    char *memory = filled(part, 20 * PAGE);
    struct iovec aligned[] = {{memory, PAGE}, {memory + 9 * PAGE, 2 * PAGE}, {memory, 0}, {memory + 5 * PAGE + 512, PAGE}};
    struct iovec misaligned[] = {{memory, PAGE}, {memory + 9 * PAGE + 1, PAGE}};
    struct iovec lengths[] = {{memory, 100}, {memory + 100, PAGE - 100}};
    EXPECT(pwritev(fd, aligned, 4, (1 + part) * PAGE) == 4 * PAGE);
    EXPECT(pwritev(fd, misaligned, 2, 6 * PAGE) == 2 * PAGE || errno == EINVAL || errno == EIO);
    EXPECT(pwritev(fd, lengths, 2, 9 * PAGE) == PAGE || errno == EINVAL);
    EXPECT(pwrite(fd, memory, PAGE, 12 * PAGE) == PAGE);
    free(memory);
    shut(fd);
}

static void vectors_apart(int part)
{
    static struct iovec pieces[IOV_MAX + 1];
    char *memory = filled(part, IOV_MAX * 512);
    for (int i = 0; i < IOV_MAX; i++) {
        pieces[i] = (struct iovec){memory + (IOV_MAX - 1 - i) * 512 + i % 13, (size_t)(i % 5) * 20};
    }
    int fd = open_file("file", O_RDWR);
    EXPECT(pwritev(fd, pieces, IOV_MAX, 100 * part) > 0);
    EXPECT(writev(fd, pieces, IOV_MAX) > 0);
    EXPECT(writev(fd, pieces, IOV_MAX + 1) == -1 && errno == EINVAL);
    pieces[3].iov_len = SSIZE_MAX;
    pieces[4].iov_len = SSIZE_MAX;
    EXPECT(writev(fd, pieces, 5) == -1);
    free(memory);
    shut(fd);
}

static void vectors_empty(int part)
{
    char *memory = filled(part, PAGE);
    struct iovec pieces[] = {{NULL, 0}, {memory, 0}, {memory + 7, 300}, {NULL, 0}, {memory + 3, 500}};
    int fd = open_file("file", O_RDWR);
    EXPECT(writev(fd, pieces, 2) == 0);
    EXPECT(writev(fd, pieces, 0) == 0);
    EXPECT(writev(fd, pieces, 5) == 800);
    EXPECT(pwritev(fd, pieces, 5, 5000 + part) == 800);
    free(memory);
    shut(fd);
}

/* Each flag that there is; what this file system does not do is done without. */
static void flags_of_pwritev2(int part)
{
    static const int flags[] = {RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, 0x40 /* RWF_ATOMIC */, 0x80 /* RWF_DONTCACHE */, 1 << 30};
    char *memory = filled(part, PAGE);
    for (int direct = 0; direct < 2; direct++) {
        int fd = direct ? open_direct() : open_file("file", O_RDWR);
        for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
            struct iovec piece = {memory, PAGE};
            off_t at = (off_t)(i + 1) * PAGE;
            if (pwritev2(fd, &piece, 1, at, flags[i]) == -1) {
                EXPECT(errno == EAGAIN || errno == EOPNOTSUPP || errno == EINVAL);
                EXPECT(pwrite(fd, memory, PAGE, at) == PAGE);
            }
        }
        shut(fd);
    }
    free(memory);
}

static void write_length(int part, size_t length)
{
    char *memory = filled(part, length);
    int fd = open_file("file", O_RDWR);
    EXPECT(pwrite(fd, memory + 4095, length, 100 + part) == (ssize_t)length);
    EXPECT(write(fd, memory + 1, length) == (ssize_t)length);
    free(memory);
    shut(fd);
}

static void larger_than_staging(int part)
{
    write_length(part, 256 * 1024);
    write_length(part, 256 * 1024 + 1);
    write_length(part, 2 * MIB + 77);
    write_length(part, 400 * 1024);
}

static void larger_than_is_kept(int part)
{
    write_length(part, 16 * MIB + 1);
}

static void vectors_with_a_hole(int part)
{
    int fd = open_file("file", O_RDWR);
    char *memory = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(memory != MAP_FAILED);
    memset(memory, 'a' + part, 3 * PAGE);
    NEED(mprotect(memory + PAGE, PAGE, PROT_NONE));
    struct iovec pieces[] = {{memory, 1000}, {memory + 3000, 2 * PAGE}, {memory + 2 * PAGE, 100}};
    EXPECT(pwritev(fd, pieces, 3, 3000) < 9292);
    EXPECT(pwrite(fd, memory + PAGE, 100, 0) == -1 && errno == EFAULT);
    put(fd, part, 10, 50000);
    NEED(munmap(memory, 3 * PAGE));
    shut(fd);
}

static atomic_bool scribbling;
static uint64_t scribbled[SCRIBBLED_BYTES / sizeof(uint64_t)];

static void *scribble(void *unused)
{
    (void)unused;
    volatile uint64_t *words = scribbled;
    for (uint64_t value = 1; scribbling; value++) {
        for (size_t i = 0; i < sizeof scribbled / sizeof scribbled[0]; i++) {
            words[i] = value;
        }
    }
    return NULL;
}

/* Written out while another thread fills it, as databases do with their logs. */
static void scribbled_buffer(int part)
{
    pthread_t thread;
    int fd = open_file("file", O_RDWR);
    scribbling = true;
    EXPECT(pthread_create(&thread, NULL, scribble, NULL) == 0);
    for (int i = 0; i < SCRIBBLED_WRITES; i++) {
        EXPECT(pwrite(fd, scribbled, sizeof scribbled, (i * 1000 + part) % 40000) == SCRIBBLED_BYTES);
    }
    scribbling = false;
    EXPECT(pthread_join(thread, NULL) == 0);
    shut(fd);
}

static const struct row rows[] = {
    {"O_DIRECT-misaligned", "WRITE", direct_misaligned, NULL},
    {"O_DIRECT-vectors", "WRITE", direct_vectors, NULL},
    {"vectors-apart", "WRITE", vectors_apart, NULL},
    {"vectors-empty", "WRITE", vectors_empty, NULL},
    {"pwritev2-flags", "WRITE", flags_of_pwritev2, NULL},
    {"write-256-KiB-and-more", "WRITE", larger_than_staging, NULL},
    {"write-16-MiB-and-more", "WRITE", larger_than_is_kept, NULL},
    {"EFAULT-in-vectors", "WRITE", vectors_with_a_hole, NULL},
    {"scribbled-buffer", "WRITE", scribbled_buffer, "random"},
};
FAMILY(buffers);
