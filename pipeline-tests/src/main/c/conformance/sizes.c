/* Calls that change how long a file is, or make and fill its holes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

static void ftruncate_shrink(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(ftruncate(fd, part == 0 ? 30001 : 5));
    shut(fd);
}

static void ftruncate_grow(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(ftruncate64(fd, part == 0 ? 100001 : 300000));
    shut(fd);
}

static void ftruncate_same(int part)
{
    int fd = open_file("other", O_RDWR);
    NEED(ftruncate(fd, OTHER_BYTES));
    NEED(ftruncate(fd, OTHER_BYTES + part + 1));
    NEED(ftruncate(fd, OTHER_BYTES + part + 1));
    shut(fd);
}

static void truncate_path(int part)
{
    NEED(truncate("file", part == 0 ? 20000 : 200000));
    NEED(truncate64("dir/inner", part == 0 ? 200000 : 10));
    NEED(truncate("sym", part == 0 ? 19999 : 199999));
}

static void shrink_and_grow(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(ftruncate(fd, 4097 + part));
    NEED(ftruncate(fd, 60000));
    put(fd, part, 10, 50000);
    shut(fd);
}

static void posix_fallocate_grow(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(posix_fallocate(fd, 50000, 50000 * (part + 1)) == 0);
    EXPECT(posix_fallocate64(fd, 0, 100) == 0);
    shut(fd);
}

/* What a file system cannot do is said, and something else done instead. */
static void allocate(int fd, int mode, off_t start, off_t length)
{
    if (fallocate(fd, mode, start, length) != 0) {
        EXPECT(errno == EOPNOTSUPP);
        note("the file system cannot");
        put(fd, 3, 100, start);
    }
}

static void fallocate_mode(int mode, off_t start, off_t length)
{
    int fd = open_file("file", O_RDWR);
    allocate(fd, mode, start, length);
    shut(fd);
}

static void fallocate_extend(int part)
{
    fallocate_mode(0, 60000, 50000 * (part + 1));
}

static void fallocate_keep_size(int part)
{
    int fd = open_file("other", O_RDWR);
    allocate(fd, FALLOC_FL_KEEP_SIZE, OTHER_BYTES, 50000 * (part + 1));
    put(fd, part, 10, 20000 * (part + 1));
    shut(fd);
}

static void fallocate_punch(int part)
{
    fallocate_mode(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096 * (part + 1), 8192);
}

static void fallocate_punch_unaligned(int part)
{
    fallocate_mode(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 20001 + part, 15003);
    fallocate_mode(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 60000 - 10000 * part, 100000);
}

static void fallocate_collapse(int part)
{
    fallocate_mode(FALLOC_FL_COLLAPSE_RANGE, 4096 * (part + 1), 8192);
}

static void fallocate_insert(int part)
{
    fallocate_mode(FALLOC_FL_INSERT_RANGE, 4096 * (part + 1), 8192);
}

static void fallocate_zero(int part)
{
    fallocate_mode(FALLOC_FL_ZERO_RANGE, 5000 + 8192 * part, 9000);
    fallocate_mode(FALLOC_FL_ZERO_RANGE, 60000, 50000 * (part + 1));
}

static void fallocate_zero_keep_size(int part)
{
    fallocate_mode(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 60000 - 9000 * part, 50000);
}

/* Without it the bytes are written, so that the row has something to show. */
static void clone(int fd, unsigned long request, void *argument, int part)
{
    if (ioctl(fd, request, argument) != 0) {
        EXPECT(errno == EOPNOTSUPP || errno == EINVAL || errno == ENOTTY);
        note("the file system cannot clone");
        put(fd, part, 4096, 0);
    }
}

static void clone_whole(int part)
{
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file(part == 0 ? "file" : "other", O_RDWR);
    clone(to, FICLONE, (void *)(long)from, part);
    shut(from);
    shut(to);
}

static void clone_range(int part)
{
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file("file", O_RDWR);
    struct file_clone_range range = {.src_fd = from, .src_length = 4096, .dest_offset = 8192 + 4096 * (unsigned)part};
    clone(to, FICLONERANGE, &range, part);
    shut(from);
    shut(to);
}

static const struct row rows[] = {
    {"ftruncate-shrink", "TRUNCATE", ftruncate_shrink, NULL},
    {"ftruncate-grow", "TRUNCATE", ftruncate_grow, NULL},
    {"ftruncate-same", "TRUNCATE", ftruncate_same, NULL},
    {"truncate", "TRUNCATE", truncate_path, NULL},
    {"shrink-and-grow", "-", shrink_and_grow, NULL},
    {"posix_fallocate", "TRUNCATE", posix_fallocate_grow, NULL},
    {"fallocate", "TRUNCATE", fallocate_extend, NULL},
    {"fallocate-KEEP_SIZE", "WRITE", fallocate_keep_size, NULL},
    {"fallocate-PUNCH_HOLE", "WRITE", fallocate_punch, NULL},
    {"fallocate-PUNCH_HOLE-unaligned", "WRITE", fallocate_punch_unaligned, NULL},
    {"fallocate-COLLAPSE_RANGE", "WRITE", fallocate_collapse, NULL},
    {"fallocate-INSERT_RANGE", "WRITE", fallocate_insert, NULL},
    {"fallocate-ZERO_RANGE", "-", fallocate_zero, NULL},
    {"fallocate-ZERO_RANGE-KEEP_SIZE", "WRITE", fallocate_zero_keep_size, NULL},
    {"FICLONE", "WRITE", clone_whole, NULL},
    {"FICLONERANGE", "WRITE", clone_range, NULL},
};
FAMILY(sizes);
