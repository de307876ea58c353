#define _GNU_SOURCE
#include "workspace.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXTS = 4, BYTES_LIMIT = 4 << 20 };

/* Of the generator (xorshift) that fills files. */
#define SEED 88172645463325252ULL
static uint64_t state = SEED;

static char *next_text(void)
{
    static char texts[TEXTS][4096];
    static unsigned int used;
    return texts[used++ % TEXTS];
}

long need(long value, const char *what, const char *file, int line)
{
    if (value == -1) {
        fprintf(stderr, "%s:%d: %s: %s\n", file, line, what, strerror(errno));
        _exit(1);
    }
    return value;
}

void expect(int holds, const char *what, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: not so: %s (%s)\n", file, line, what, strerror(errno));
        _exit(1);
    }
}

const char *outside(const char *name)
{
    char *path = next_text();
    const char *directory = getenv("CONFORMANCE_OUTSIDE");
    EXPECT(directory != NULL);
    snprintf(path, 4096, "%s/%s", directory, name);
    return path;
}

const char *numbered(const char *name, int part)
{
    char *text = next_text();
    snprintf(text, 4096, "%s%d", name, part);
    return text;
}

const void *bytes_of(int part, size_t length)
{
    static uint8_t bytes[BYTES_LIMIT];
    EXPECT(length <= BYTES_LIMIT);
    for (size_t i = 0; i < length; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (uint8_t)(state + (uint64_t)part) | 1;
    }
    return bytes;
}

int open_file(const char *name, int flags)
{
    return (int)NEED(open(name, flags | O_CLOEXEC, 0640));
}

void put(int fd, int part, size_t length, off_t offset)
{
    EXPECT(pwrite(fd, bytes_of(part, length), length, offset) == (ssize_t)length);
}

void shut(int fd)
{
    NEED(close(fd));
}

void make_file(const char *name, int part, size_t length)
{
    int fd = open_file(name, O_RDWR | O_CREAT | O_EXCL);
    if (length > 0) {
        put(fd, part, length, 0);
    }
    shut(fd);
}

void note(const char *text)
{
    dprintf(STDOUT_FILENO, "note %s\n", text);
}

void await(pid_t child)
{
    int status = -1;
    NEED(waitpid(child, &status, 0));
    EXPECT(status == 0);
}

static void make_old(const char *name)
{
    struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000, .tv_nsec = 123456789}};
    NEED(utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW));
}

static void prepare_tree(const char *top)
{
    int before = open_file(".", O_RDONLY | O_DIRECTORY);
    NEED(mkdir(top, 0750));
    NEED(chdir(top));
    make_file("inner", 2, INNER_BYTES);
    NEED(mkdir("sub", 0750));
    make_file("sub/leaf", 2, 100);
    make_old("sub/leaf");
    make_old("sub");
    make_old("inner");
    NEED(fchdir(before));
    make_old(top);
    shut(before);
}

static void prepare_inside(void)
{
    make_file("file", 2, FILE_BYTES);
    NEED(link("file", "twin"));
    make_file("other", 2, OTHER_BYTES);
    make_file("empty", 0, 0);
    NEED(mkdir("gone", 0750));
    NEED(symlink("file", "sym"));
    prepare_tree("dir");
    const char *names[] = {"file", "other", "empty", "gone", "sym", "."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        make_old(names[i]);
    }
}

void workspace_prepare(void)
{
    umask(0);
    state = SEED;
    prepare_inside();
    int here = open_file(".", O_RDONLY | O_DIRECTORY);
    NEED(chdir(outside("")));
    make_file("file", 2, OTHER_BYTES);
    prepare_tree("tree");
    NEED(fchdir(here));
    shut(here);
}
