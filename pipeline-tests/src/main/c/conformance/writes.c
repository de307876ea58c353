/* Calls that write bytes from the program's memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

#define GIB (1LL << 30)

static const size_t PART = PART_BYTES;

static struct iovec *three_pieces(int part)
{
    static struct iovec pieces[4];
    char *bytes = (char *)bytes_of(part, PART);
    pieces[0] = (struct iovec){bytes, 1};
    pieces[1] = (struct iovec){bytes + 1, 0};
    pieces[2] = (struct iovec){bytes + 1, 4000};
    pieces[3] = (struct iovec){bytes + 4001, PART - 4001};
    return pieces;
}

static void write_plain(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(lseek(fd, 100 + part * 7000, SEEK_SET));
    EXPECT(write(fd, bytes_of(part, PART), PART) == PART_BYTES);
    EXPECT(write(fd, bytes_of(part, 10), 10) == 10);
    shut(fd);
}

static void write_pwrite64(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(pwrite64(fd, bytes_of(part, PART), PART, 20000 + part) == PART_BYTES);
    EXPECT(pwrite64(fd, bytes_of(part, 1), 1, FILE_BYTES + 10000 * part) == 1);
    shut(fd);
}

static void write_writev(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(lseek(fd, part * 7000, SEEK_SET));
    EXPECT(writev(fd, three_pieces(part), 4) == PART_BYTES);
    shut(fd);
}

static void write_many_vectors(int part)
{
    static struct iovec pieces[1024];
    char *bytes = (char *)bytes_of(part, 1024 * 40);
    for (int i = 0; i < 1024; i++) {
        pieces[i] = (struct iovec){bytes + (1023 - i) * 40, 40};
    }
    int fd = open_file("file", O_RDWR);
    EXPECT(pwritev(fd, pieces, 1024, 3000 * part) == 1024 * 40);
    shut(fd);
}

static void write_pwritev(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(pwritev(fd, three_pieces(part), 4, 30000 + part) == PART_BYTES);
    shut(fd);
}

static void write_pwritev2(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(pwritev2(fd, three_pieces(part), 4, 40000 + part, RWF_DSYNC) == PART_BYTES);
    shut(fd);
}

static void write_pwritev2_current(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(lseek(fd, 9000 * part, SEEK_SET));
    EXPECT(pwritev2(fd, three_pieces(part), 4, -1, 0) == PART_BYTES);
    shut(fd);
}

static void write_pwritev2_append(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(pwritev2(fd, three_pieces(part), 4, 0, RWF_APPEND) == PART_BYTES);
    EXPECT(pwritev2(fd, three_pieces(part), 4, -1, RWF_APPEND) == PART_BYTES);
    shut(fd);
}

static void write_append(int part)
{
    int fd = open_file("file", O_WRONLY | O_APPEND);
    EXPECT(write(fd, bytes_of(part, PART), PART) == PART_BYTES);
    /* Linux appends here, whatever the offset. */
    EXPECT(pwrite(fd, bytes_of(part, 10), 10, 5) == 10);
    shut(fd);
}

static void write_append_switched(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(fcntl(fd, F_SETFL, O_APPEND));
    EXPECT(write(fd, bytes_of(part, PART), PART) == PART_BYTES);
    NEED(fcntl(fd, F_SETFL, 0));
    NEED(lseek(fd, 50, SEEK_SET));
    EXPECT(write(fd, bytes_of(part, 300), 300) == 300);
    shut(fd);
}

static void write_after_writev(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(writev(fd, three_pieces(part), 4) == PART_BYTES);
    EXPECT(write(fd, bytes_of(part, PART), PART) == PART_BYTES);
    shut(fd);
}

static void write_nothing(int part)
{
    int fd = open_file("other", O_RDWR);
    EXPECT(write(fd, "", 0) == 0);
    EXPECT(pwrite(fd, "", 0, 1 << 20) == 0);
    put(fd, part, 1, part);
    shut(fd);
}

static void write_several_entries(int part)
{
    const size_t length = (3 << 20) + 17;
    int fd = open_file("file", O_RDWR);
    EXPECT(pwrite(fd, bytes_of(part, length), length, 1000 + part) == (ssize_t)length);
    shut(fd);
}

static void write_zeros(int part)
{
    static const char zeros[20000];
    int fd = open_file("file", O_RDWR);
    EXPECT(pwrite(fd, zeros, sizeof zeros, 5000 + 25000 * part) == sizeof zeros);
    shut(fd);
}

static void write_beyond_end(int part)
{
    int fd = open_file("other", O_RDWR);
    put(fd, part, 10, 100000 + 200000 * part);
    shut(fd);
}

static void write_far(int part)
{
    int fd = open_file("file", O_RDWR);
    put(fd, part, PART, 2 * GIB - 7 + 100000 * part);
    put(fd, part, PART, 4 * GIB - 7 + 100000 * part);
    NEED(lseek(fd, 4 * GIB + 50000 * (part + 1), SEEK_SET));
    EXPECT(write(fd, bytes_of(part, 100), 100) == 100);
    shut(fd);
}

static void write_1_tib(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(ftruncate(fd, 1024 * GIB));
    put(fd, part, PART, 1024 * GIB - 10000 * (part + 1));
    put(fd, part, PART, 512 * GIB + 10000 * part);
    shut(fd);
}

static void write_aligned(int flags, int part)
{
    void *aligned = NULL;
    EXPECT(posix_memalign(&aligned, 4096, 8192) == 0);
    memcpy(aligned, bytes_of(part, 8192), 8192);
    int fd = open("file", O_RDWR | flags);
    if (fd < 0 && errno == EINVAL) {
        note("the file system has no O_DIRECT");
        fd = open_file("file", O_RDWR);
    }
    EXPECT(pwrite(fd, aligned, 8192, 8192 * (part + 1)) == 8192);
    shut(fd);
    free(aligned);
}

static void write_o_direct(int part)
{
    write_aligned(O_DIRECT, part);
}

static void write_o_sync(int part)
{
    write_aligned(O_SYNC, part);
}

static void write_o_dsync(int part)
{
    write_aligned(O_DSYNC, part);
}

static void write_fsync(int part)
{
    int fd = open_file("file", O_RDWR);
    put(fd, part, PART, 100);
    NEED(fsync(fd));
    put(fd, part, PART, 10000);
    NEED(fdatasync(fd));
    put(fd, part, PART, 20000);
    NEED(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE));
    shut(fd);
}

static void write_new_file(int part)
{
    make_file(numbered("new", part), part, PART);
}

static const struct row rows[] = {
    {"write", "WRITE", write_plain, NULL},
    {"pwrite64", "WRITE", write_pwrite64, NULL},
    {"writev", "WRITE", write_writev, NULL},
    {"pwritev", "WRITE", write_pwritev, NULL},
    {"pwritev-1024", "WRITE", write_many_vectors, NULL},
    {"pwritev2", "WRITE", write_pwritev2, NULL},
    {"pwritev2-current", "WRITE", write_pwritev2_current, NULL},
    {"pwritev2-RWF_APPEND", "WRITE", write_pwritev2_append, NULL},
    {"O_APPEND", "WRITE", write_append, NULL},
    {"O_APPEND-by-fcntl", "WRITE", write_append_switched, NULL},
    {"write-after-writev", "WRITE", write_after_writev, NULL},
    {"write-nothing", "WRITE", write_nothing, NULL},
    {"write-several-entries", "WRITE", write_several_entries, NULL},
    {"write-zeros", "WRITE", write_zeros, NULL},
    {"write-beyond-end", "WRITE", write_beyond_end, NULL},
    {"write-above-2-and-4-GiB", "WRITE", write_far, NULL},
    {"sparse-1-TiB", "-", write_1_tib, "not run: HolesIT has it"},
    {"O_DIRECT", "WRITE", write_o_direct, NULL},
    {"O_SYNC", "WRITE", write_o_sync, NULL},
    {"O_DSYNC", "WRITE", write_o_dsync, NULL},
    {"fsync", "WRITE", write_fsync, NULL},
    {"write-new-file", "-", write_new_file, NULL},
};
FAMILY(writes);
