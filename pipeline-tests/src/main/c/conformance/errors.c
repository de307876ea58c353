/* Calls that fail, do less than was asked, or find a limit. What they do not do must not be in the backup. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

static const char *volatile nowhere;

static void something(int part)
{
    make_file(numbered("something", part), part, 100);
}

static void bad_descriptor(int part)
{
    int reader = open_file("file", O_RDONLY);
    int closed = open_file("other", O_RDWR);
    put(closed, part, 100, 0);
    shut(closed);
    EXPECT(write(reader, "no", 2) == -1 && errno == EBADF);
    EXPECT(pwrite(closed, "no", 2, 0) == -1 && errno == EBADF);
    EXPECT(ftruncate(reader, 0) == -1);
    EXPECT(write(-1, "no", 2) == -1 && errno == EBADF);
    shut(reader);
}

static char *before_nothing(void)
{
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(pages != MAP_FAILED);
    memset(pages, 'v', 4096);
    NEED(munmap(pages + 4096, 4096));
    return pages;
}

static void bad_memory(int part)
{
    int fd = open_file("file", O_RDWR);
    char *page = before_nothing();
    put(fd, part, 100, 200);
    EXPECT(pwrite(fd, nowhere, 100, 0) == -1 && errno == EFAULT);
    EXPECT(pwrite(fd, page + 4096, 100, 0) == -1 && errno == EFAULT);
    shut(fd);
    munmap(page, 4096);
}

static void partly_bad_memory(int part)
{
    int fd = open_file("file", O_RDWR);
    char *page = before_nothing();
    struct iovec pieces[] = {{page, 4096}, {page + 2000, 8000}};
    ssize_t written = pwrite(fd, page, 8192, 1000 + part);
    EXPECT(written == 4096 || (written == -1 && errno == EFAULT) || (written > 0 && written < 4096));
    written = pwritev(fd, pieces, 2, 20000);
    EXPECT(written < 12096);
    put(fd, part, 10, 50000);
    shut(fd);
    munmap(page, 4096);
}

static void file_size_limit(int part)
{
    make_file(numbered("new", part), part, OTHER_BYTES);
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        struct rlimit limit = {OTHER_BYTES + 6000, OTHER_BYTES + 6000};
        int fd = open_file(numbered("new", part), O_RDWR);
        signal(SIGXFSZ, SIG_IGN);
        NEED(setrlimit(RLIMIT_FSIZE, &limit));
        EXPECT(pwrite(fd, bytes_of(part, 5000), 5000, OTHER_BYTES + 3000) == 3000);
        EXPECT(pwrite(fd, bytes_of(part, 10), 10, OTHER_BYTES + 6000) == -1 && errno == EFBIG);
        EXPECT(ftruncate(fd, OTHER_BYTES + 6001) == -1 && errno == EFBIG);
        EXPECT(fallocate(fd, 0, 0, OTHER_BYTES + 7000) == -1);
        _exit(0);
    }
    await(child);
}

static void descriptor_limit(int part)
{
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        /* One is left: the program's own call succeeds, and the hook finds none for itself. */
        int lowest = open_file("file", O_RDONLY);
        struct rlimit limit = {(rlim_t)lowest + 1, (rlim_t)lowest + 1};
        shut(lowest);
        while (lowest > 3 && fcntl(lowest - 1, F_GETFD) == -1) {
            lowest--;
        }
        NEED(setrlimit(RLIMIT_NOFILE, &limit));
        int fd = open_file(numbered("last", part), O_RDWR | O_CREAT);
        put(fd, part, 100, 0);
        NEED(rename(numbered("last", part), numbered("renamed", part)));
        NEED(mkdir(numbered("made", part), 0700));
        NEED(chmod("other", part == 0 ? 0600 : 0606));
        NEED(truncate("file", 50000 + part));
        NEED(unlink(part == 0 ? "empty" : "sym"));
        _exit(0);
    }
    await(child);
}

static void failing_names(int part)
{
    EXPECT(rename("nothing", "file") == -1 && errno == ENOENT);
    EXPECT(mkdir("dir", 0700) == -1 && errno == EEXIST);
    EXPECT(rmdir("dir") == -1 && errno == ENOTEMPTY);
    EXPECT(rmdir("file") == -1 && errno == ENOTDIR);
    EXPECT(unlink("dir") == -1);
    EXPECT(unlink("nothing") == -1 && errno == ENOENT);
    EXPECT(link("file", "twin") == -1 && errno == EEXIST);
    EXPECT(symlink("x", "file") == -1 && errno == EEXIST);
    EXPECT(rename("dir", "dir/sub/inside") == -1 && errno == EINVAL);
    EXPECT(rename("file", "dir") == -1 && errno == EISDIR);
    EXPECT(open("file/below", O_CREAT | O_WRONLY, 0600) == -1 && errno == ENOTDIR);
    EXPECT(open("dir", O_CREAT | O_WRONLY, 0600) == -1 && errno == EISDIR);
    EXPECT(mkdir("", 0700) == -1 && errno == ENOENT);
    EXPECT(rename(".", "x") == -1);
    EXPECT(rename(nowhere, "x") == -1 && errno == EFAULT);
    EXPECT(chmod("nothing", 0600) == -1 && errno == ENOENT);
    EXPECT(truncate("dir", 0) == -1 && errno == EISDIR);
    something(part);
}

static void failing_sizes(int part)
{
    int fd = open_file("file", O_RDWR);
    EXPECT(ftruncate(fd, -1) == -1 && errno == EINVAL);
    EXPECT(truncate("file", -1) == -1 && errno == EINVAL);
    EXPECT(fallocate(fd, 0, -1, 10) == -1 && errno == EINVAL);
    EXPECT(pwrite(fd, "no", 2, -1) == -1 && errno == EINVAL);
    EXPECT(copy_file_range(fd, NULL, -1, NULL, 10, 0) == -1 && errno == EBADF);
    shut(fd);
    something(part);
}

static void without_privilege(int part)
{
    pid_t child;
    int fd = open_file("file", O_RDWR);
    child = (pid_t)NEED(fork());
    if (child == 0) {
        if (setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0) {
            EXPECT(fchmod(fd, 0600) == -1 && errno == EPERM);
            EXPECT(open("other", O_RDWR) == -1 && errno == EACCES);
        } else {
            note("needs root");
        }
        put(fd, part, PART_BYTES, 3000);
        _exit(0);
    }
    await(child);
    shut(fd);
}

static void setuid_cleared_by_write(int part)
{
    pid_t child;
    NEED(chmod("other", 06777));
    int fd = open_file("other", O_RDWR);
    child = (pid_t)NEED(fork());
    if (child == 0) {
        /* The kernel takes the bits away when somebody without privilege writes. */
        if (setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0) {
            put(fd, part, 100, 0);
        } else {
            note("needs root");
        }
        _exit(0);
    }
    await(child);
    shut(fd);
    something(part);
}

static const struct row rows[] = {
    {"EBADF", "WRITE", bad_descriptor, NULL},
    {"EFAULT", "WRITE", bad_memory, NULL},
    {"EFAULT-short", "WRITE", partly_bad_memory, NULL},
    {"RLIMIT_FSIZE", "-", file_size_limit, NULL},
    {"RLIMIT_NOFILE", "-", descriptor_limit, "lists"},
    {"names-that-fail", "-", failing_names, NULL},
    {"sizes-that-fail", "-", failing_sizes, NULL},
    {"privilege-dropped", "WRITE", without_privilege, NULL},
    {"setuid-cleared-by-write", "-", setuid_cleared_by_write, NULL},
};
FAMILY(errors);
