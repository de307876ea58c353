/* Calls that change mode, owner and times. Extended attributes have a file of their own. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "row.h"
#include "workspace.h"

enum { LATER = 1100000000 };

static struct timespec *times_of(int part)
{
    static struct timespec times[2];
    times[0] = (struct timespec){.tv_sec = LATER + part, .tv_nsec = 1};
    times[1] = (struct timespec){.tv_sec = LATER + 10 + part, .tv_nsec = 987654321};
    return times;
}

static struct timeval *rough_times_of(int part)
{
    static struct timeval times[2];
    times[0] = (struct timeval){.tv_sec = LATER + part};
    times[1] = (struct timeval){.tv_sec = LATER + 20 + part, .tv_usec = 7};
    return times;
}

static void chmod_path(int part)
{
    NEED(chmod("file", part == 0 ? 0604 : 0711));
    NEED(chmod("sym", part == 0 ? 0600 : 0777));
    NEED(chmod("dir", part == 0 ? 01777 : 0700));
}

static void chmod_special_bits(int part)
{
    NEED(chmod("file", part == 0 ? 04755 : 02755));
    NEED(chmod("other", part == 0 ? 06755 : 0000));
}

static void fchmod_descriptor(int part)
{
    int fd = open_file("file", O_RDONLY);
    int directory = open_file("dir/sub", O_RDONLY | O_DIRECTORY);
    NEED(fchmod(fd, part == 0 ? 0444 : 0222));
    NEED(fchmod(directory, part == 0 ? 0711 : 0755));
    shut(fd);
    shut(directory);
}

static void fchmodat_call(int part)
{
    int directory = open_file("dir", O_PATH | O_DIRECTORY);
    NEED(fchmodat(directory, "inner", part == 0 ? 0444 : 0400, 0));
    NEED(fchmodat(AT_FDCWD, "sym", part == 0 ? 0444 : 0400, 0));
    shut(directory);
}

static void fchmodat2_call(int part)
{
    int fd = open_file("file", O_PATH);
    if (syscall(452, fd, "", part == 0 ? 0444 : 0400, AT_EMPTY_PATH) != 0) {
        EXPECT(errno == ENOSYS);
        note("the kernel has no fchmodat2");
        NEED(chmod("file", part == 0 ? 0444 : 0400));
    }
    shut(fd);
}

static void chown_path(int part)
{
    NEED(chown("file", 1000 + (unsigned)part, 2000));
    NEED(chown("dir", 1001, 2001 + (unsigned)part));
    NEED(chown("sym", 1002 + (unsigned)part, (gid_t)-1));
}

static void lchown_symlink(int part)
{
    NEED(lchown("sym", 1000 + (unsigned)part, 2000));
}

static void fchown_descriptor(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(fchown(fd, (uid_t)-1, 2000 + (unsigned)part));
    shut(fd);
}

static void fchownat_call(int part)
{
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    NEED(fchownat(directory, "inner", 1000 + (unsigned)part, 2000, 0));
    NEED(fchownat(AT_FDCWD, "sym", 1000 + (unsigned)part, 2000, AT_SYMLINK_NOFOLLOW));
    NEED(fchownat(directory, "", 1000 + (unsigned)part, 2000, AT_EMPTY_PATH));
    shut(directory);
}

static void chown_clears_setuid(int part)
{
    NEED(chmod("file", 06755));
    NEED(chown("file", 1000 + (unsigned)part, 2000));
}

static void utimensat_call(int part)
{
    NEED(utimensat(AT_FDCWD, "file", times_of(part), 0));
    NEED(utimensat(AT_FDCWD, "dir", times_of(part), 0));
    NEED(utimensat(AT_FDCWD, "sym", times_of(part), AT_SYMLINK_NOFOLLOW));
}

static void utimensat_now(int part)
{
    struct timespec omit[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
    struct timespec now[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
    NEED(utimensat(AT_FDCWD, "other", omit, 0));
    NEED(utimensat(AT_FDCWD, part == 0 ? "file" : "dir/inner", now, 0));
    NEED(utimensat(AT_FDCWD, "empty", NULL, 0));
}

static void futimens_descriptor(int part)
{
    int fd = open_file("file", O_RDWR);
    put(fd, part, 100, 0);
    NEED(futimens(fd, times_of(part)));
    shut(fd);
}

static void write_after_futimens(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(futimens(fd, times_of(part)));
    put(fd, part, 100, 0);
    shut(fd);
}

static void utimes_family(int part)
{
    struct utimbuf seconds = {.actime = LATER, .modtime = LATER + 5 + part};
    NEED(utimes("file", rough_times_of(part)));
    NEED(lutimes("sym", rough_times_of(part)));
    NEED(utime("other", &seconds));
    int fd = open_file("empty", O_RDWR);
    NEED(futimes(fd, rough_times_of(part)));
    shut(fd);
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    NEED(futimesat(directory, "inner", rough_times_of(part)));
    shut(directory);
}

static void times_of_nameless(int part)
{
    int fd = open_file("other", O_RDWR);
    if (part == 0) {
        NEED(unlink("other"));
    } else {
        make_file("new", part, 10);
    }
    NEED(futimens(fd, times_of(part)));
    NEED(fchmod(fd, 0600));
    shut(fd);
    if (part == 0) {
        make_file("other", part, 10);
    }
}

static void through_outer_link(int part)
{
    const char *name = outside("link");
    if (part == 0) {
        NEED(link("file", name));
    }
    NEED(chmod(name, part == 0 ? 0604 : 0711));
    NEED(utimensat(AT_FDCWD, name, times_of(part), 0));
}

static const struct row rows[] = {
    {"chmod", "ATTRIBUTES", chmod_path, NULL},
    {"chmod-special-bits", "ATTRIBUTES", chmod_special_bits, NULL},
    {"fchmod", "ATTRIBUTES", fchmod_descriptor, NULL},
    {"fchmodat", "ATTRIBUTES", fchmodat_call, NULL},
    {"fchmodat2", "ATTRIBUTES", fchmodat2_call, NULL},
    {"chown", "ATTRIBUTES", chown_path, NULL},
    {"lchown", "ATTRIBUTES", lchown_symlink, NULL},
    {"fchown", "ATTRIBUTES", fchown_descriptor, NULL},
    {"fchownat", "ATTRIBUTES", fchownat_call, NULL},
    {"chown-clears-setuid", "ATTRIBUTES", chown_clears_setuid, NULL},
    {"utimensat", "ATTRIBUTES", utimensat_call, NULL},
    {"utimensat-NOW-OMIT", "ATTRIBUTES", utimensat_now, NULL},
    {"futimens", "-", futimens_descriptor, NULL},
    {"write-after-futimens", "-", write_after_futimens, NULL},
    {"utimes", "ATTRIBUTES", utimes_family, NULL},
    {"attributes-of-nameless", "-", times_of_nameless, NULL},
    {"attributes-through-outer-link", "ATTRIBUTES", through_outer_link, NULL},
};
FAMILY(attributes);
