/*
 * holes DIRECTORY before|during: makes sparse files, and changes where their holes are.
 * Prints what failed and ends with 1 when anything did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEEP_SIZE = 1, PUNCH_HOLE = 2, COLLAPSE_RANGE = 8, ZERO_RANGE = 16, INSERT_RANGE = 32 };
enum { KIB = 1024, MIB = 1024 * KIB, DENSE_BYTES = 8 * MIB };
#define GIB (1024L * MIB)
#define TIB (1024L * GIB)

static int failures;
static char block[MIB];

#define DO(call) \
    do { \
        if ((call) < 0) { \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, strerror(errno)); \
            failures++; \
        } \
    } while (0)

static int file(const char *name)
{
    int fd = open(name, O_CREAT | O_RDWR, 0644);
    DO(fd);
    return fd;
}

static void put(int fd, long at, long bytes)
{
    for (long done = 0; done < bytes; done += MIB) {
        long length = bytes - done < MIB ? bytes - done : MIB;
        memset(block, 'a' + (int)((at + done) / MIB % 26), sizeof block);
        DO(pwrite(fd, block, (size_t)length, at + done));
    }
}

static void dense(const char *name)
{
    int fd = file(name);
    put(fd, 0, DENSE_BYTES);
    DO(close(fd));
}

static void sparse(const char *name, long size, long one, long two)
{
    int fd = file(name);
    put(fd, 0, 4 * KIB);
    put(fd, one, 8 * KIB);
    put(fd, two, 100);
    DO(ftruncate(fd, size));
    DO(close(fd));
}

static void change(const char *name, int mode, long at, long bytes)
{
    int fd = file(name);
    DO(fallocate(fd, mode, at, bytes));
    DO(close(fd));
}

static void before(void)
{
    static const char *const changed[] = {"punched", "unaligned", "zeroed", "zeroed-beyond", "collapsed", "inserted", "kept", "cut"};
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        dense(changed[i]);
    }
    sparse("sparse", 128L * MIB, MIB, 64L * MIB + 123);
    sparse("empty", 0, 0, 0);
    sparse("huge", TIB, 512 * GIB, TIB - 100);
    sparse("huge-collapsed", TIB, 512 * GIB, TIB - 100);
    sparse("huge-inserted", TIB, 512 * GIB, TIB - 100);
    DO(link("huge", "huge-too"));
    int fd = file("nothing");
    DO(ftruncate(fd, TIB));
    DO(close(fd));
    change("allocated-before", 0, 0, 4L * MIB);
    change("allocated-beyond", KEEP_SIZE, 0, 4L * MIB);
}

static void during(void)
{
    change("punched", PUNCH_HOLE | KEEP_SIZE, MIB, 2 * MIB);
    change("unaligned", PUNCH_HOLE | KEEP_SIZE, 5000, 300000);
    change("zeroed", ZERO_RANGE, MIB, 2 * MIB);
    change("zeroed-beyond", ZERO_RANGE, 7L * MIB, 4L * MIB);
    change("collapsed", COLLAPSE_RANGE, MIB, MIB);
    change("collapsed", PUNCH_HOLE | KEEP_SIZE, 3L * MIB, MIB);
    change("inserted", INSERT_RANGE, MIB, 2 * MIB);
    change("kept", KEEP_SIZE, 8L * MIB, 4L * MIB);
    change("allocated", 0, 0, 16L * MIB);
    change("huge", PUNCH_HOLE | KEEP_SIZE, 512 * GIB, 4 * KIB);
    change("huge-collapsed", COLLAPSE_RANGE, 100 * GIB, GIB);
    change("huge-inserted", INSERT_RANGE, 100 * GIB, GIB);
    int fd = file("huge");
    put(fd, 700 * GIB + 17, 5000);
    DO(close(fd));
    DO(truncate("cut", MIB));
    DO(truncate("cut", TIB));
    DO(truncate("sparse", 100L * MIB));
    sparse("late", TIB, 300 * GIB, 900 * GIB);
    change("late", PUNCH_HOLE | KEEP_SIZE, 300 * GIB, 4 * KIB);
    DO(rename("late", "later"));
}

int main(int count, char **arguments)
{
    if (count != 3 || chdir(arguments[1]) != 0) {
        return 2;
    }
    if (strcmp(arguments[2], "before") == 0) {
        before();
    } else {
        during();
    }
    return failures > 0;
}
