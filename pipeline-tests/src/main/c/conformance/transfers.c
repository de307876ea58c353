/* Calls that put bytes into a file which were never in the program's memory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

static void copy_range_between(int part)
{
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file("file", O_RDWR);
    off_t from_offset = 100;
    off_t to_offset = 1000 + 20000 * part;
    EXPECT(copy_file_range(from, &from_offset, to, &to_offset, PART_BYTES, 0) == PART_BYTES);
    shut(from);
    shut(to);
}

static void copy_range_plain(int part)
{
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file("file", O_RDWR);
    NEED(lseek(to, FILE_BYTES - 100 + 10000 * part, SEEK_SET));
    EXPECT(copy_file_range(from, NULL, to, NULL, PART_BYTES, 0) == PART_BYTES);
    EXPECT(write(to, bytes_of(part, 10), 10) == 10);
    shut(from);
    shut(to);
}

static void copy_range_within(int part)
{
    int fd = open_file("file", O_RDWR);
    off_t from_offset = 0;
    off_t to_offset = 20000 + 10000 * part;
    EXPECT(copy_file_range(fd, &from_offset, fd, &to_offset, PART_BYTES, 0) == PART_BYTES);
    shut(fd);
}

static void copy_range_from_outside(int part)
{
    int from = open_file(outside("file"), O_RDONLY);
    int to = open_file(numbered("new", part), O_RDWR | O_CREAT);
    EXPECT(copy_file_range(from, NULL, to, NULL, OTHER_BYTES, 0) == OTHER_BYTES);
    shut(from);
    shut(to);
}

static void sendfile_plain(int part)
{
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file("file", O_RDWR);
    off_t offset = 50;
    NEED(lseek(to, 3000 + 20000 * part, SEEK_SET));
    EXPECT(sendfile(to, from, &offset, PART_BYTES) == PART_BYTES);
    EXPECT(sendfile64(to, from, NULL, 100) == 100);
    shut(from);
    shut(to);
}

static void fill_pipe(int ends[2], int part)
{
    NEED(pipe(ends));
    EXPECT(write(ends[1], bytes_of(part, PART_BYTES), PART_BYTES) == PART_BYTES);
}

static void close_pipe(int ends[2])
{
    shut(ends[0]);
    shut(ends[1]);
}

static void splice_plain(int part)
{
    int ends[2];
    int to = open_file("file", O_RDWR);
    fill_pipe(ends, part);
    NEED(lseek(to, 20000 * part, SEEK_SET));
    EXPECT(splice(ends[0], NULL, to, NULL, PART_BYTES, 0) == PART_BYTES);
    close_pipe(ends);
    shut(to);
}

static void splice_positioned(int part)
{
    int ends[2];
    int to = open_file("file", O_RDWR);
    off_t offset = FILE_BYTES + 10000 * part;
    fill_pipe(ends, part);
    EXPECT(splice(ends[0], NULL, to, &offset, PART_BYTES, SPLICE_F_MOVE) == PART_BYTES);
    close_pipe(ends);
    shut(to);
}

static void splice_pieces(int part)
{
    int ends[2];
    int from = open_file("dir/inner", O_RDONLY);
    int to = open_file("file", O_RDWR);
    NEED(pipe(ends));
    NEED(lseek(to, 10000 * part + 77, SEEK_SET));
    for (int i = 0; i < 4; i++) {
        EXPECT(splice(from, NULL, ends[1], NULL, 3000, 0) == 3000);
        EXPECT(splice(ends[0], NULL, to, NULL, 3000, 0) == 3000);
    }
    close_pipe(ends);
    shut(from);
    shut(to);
}

static void vmsplice_splice(int part)
{
    int ends[2];
    int to = open_file("file", O_RDWR);
    struct iovec piece = {(void *)bytes_of(part, PART_BYTES), PART_BYTES};
    off_t offset = 7000 * part;
    NEED(pipe(ends));
    EXPECT(vmsplice(ends[1], &piece, 1, 0) == PART_BYTES);
    EXPECT(splice(ends[0], NULL, to, &offset, PART_BYTES, 0) == PART_BYTES);
    close_pipe(ends);
    shut(to);
}

static void tee_splice(int part)
{
    int first[2];
    int second[2];
    int to = open_file("file", O_RDWR);
    off_t offset = 30000 + 7000 * part;
    fill_pipe(first, part);
    NEED(pipe(second));
    EXPECT(tee(first[0], second[1], PART_BYTES, 0) == PART_BYTES);
    EXPECT(splice(second[0], NULL, to, &offset, PART_BYTES, 0) == PART_BYTES);
    EXPECT(splice(first[0], NULL, to, &offset, PART_BYTES, 0) == PART_BYTES);
    close_pipe(first);
    close_pipe(second);
    shut(to);
}

static const struct row rows[] = {
    {"copy_file_range", "WRITE", copy_range_between, NULL},
    {"copy_file_range-current", "WRITE", copy_range_plain, NULL},
    {"copy_file_range-same-file", "WRITE", copy_range_within, NULL},
    {"copy_file_range-from-outside", "-", copy_range_from_outside, NULL},
    {"sendfile", "WRITE", sendfile_plain, NULL},
    {"splice", "WRITE", splice_plain, NULL},
    {"splice-positioned", "WRITE", splice_positioned, NULL},
    {"splice-pieces", "WRITE", splice_pieces, NULL},
    {"vmsplice-splice", "WRITE", vmsplice_splice, NULL},
    {"tee-splice", "WRITE", tee_splice, NULL},
};
FAMILY(transfers);
