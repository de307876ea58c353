/* Opens that make a file or cut one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

int __open_2(const char *path, int flags);
int __openat64_2(int directory, const char *path, int flags);

static void fill(int fd, int part)
{
    NEED(fd);
    put(fd, part, PART_BYTES, 0);
    shut(fd);
}

static void open_creat(int part)
{
    fill(open(numbered("new", part), O_RDWR | O_CREAT, 0604), part);
    fill(open("file", O_RDWR | O_CREAT, 0604), part);
}

static void open_excl(int part)
{
    fill(open64(numbered("new", part), O_RDWR | O_CREAT | O_EXCL, 0666), part);
    EXPECT(open(numbered("new", part), O_RDWR | O_CREAT | O_EXCL, 0666) == -1 && errno == EEXIST);
}

static void open_empty(int part)
{
    shut((int)NEED(open(numbered("new", part), O_WRONLY | O_CREAT, 0600)));
}

static void open_trunc(int part)
{
    fill(open("file", O_RDWR | O_TRUNC), part);
    shut((int)NEED(open(part == 0 ? "other" : "dir/inner", O_WRONLY | O_TRUNC)));
}

static void open_creat_trunc(int part)
{
    fill(open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), part);
    fill(open(numbered("new", part), O_RDWR | O_CREAT | O_TRUNC, 0600), part);
}

static void open_trunc_read_only(int part)
{
    shut((int)NEED(open(part == 0 ? "file" : "other", O_RDONLY | O_TRUNC)));
}

static void creat_plain(int part)
{
    int fd = (int)NEED(creat("file", 0600));
    EXPECT(write(fd, bytes_of(part, 77), 77) == 77);
    shut(fd);
    shut((int)NEED(creat64(numbered("new", part), 0640)));
}

static void openat_dirfd(int part)
{
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    fill(openat(directory, numbered("new", part), O_RDWR | O_CREAT, 0600), part);
    fill(openat64(directory, "inner", O_RDWR | O_TRUNC), part);
    shut(directory);
}

static void openat2_call(int part)
{
    struct open_how how = {.flags = O_RDWR | O_CREAT | O_TRUNC, .mode = 0600, .resolve = RESOLVE_BENEATH};
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    fill((int)syscall(SYS_openat2, directory, numbered("sub/new", part), &how, sizeof how), part);
    fill((int)syscall(SYS_openat2, directory, "inner", &how, sizeof how), part);
    shut(directory);
}

static void open_through_symlink(int part)
{
    fill(open("sym", O_RDWR | O_TRUNC), part);
    NEED(symlink(numbered("dir/made", part), numbered("dangling", part)));
    fill(open(numbered("dangling", part), O_RDWR | O_CREAT, 0600), part);
}

static void open_through_directory_link(int part)
{
    NEED(symlink("dir/sub", numbered("way", part)));
    fill(open(part == 0 ? "way0/../new0" : "way1/../../new1", O_RDWR | O_CREAT, 0600), part);
}

static void tmpfile_linked(int part)
{
    char path[64];
    int fd = (int)NEED(open(".", O_RDWR | O_TMPFILE, 0640));
    put(fd, part, PART_BYTES, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    NEED(linkat(AT_FDCWD, path, AT_FDCWD, numbered("linked", part), AT_SYMLINK_FOLLOW));
    put(fd, part, 100, 9000);
    shut(fd);
}

static void tmpfile_linked_by_descriptor(int part)
{
    int fd = (int)NEED(open("dir", O_RDWR | O_TMPFILE, 0640));
    put(fd, part, PART_BYTES, 0);
    if (linkat(fd, "", AT_FDCWD, numbered("linked", part), AT_EMPTY_PATH) != 0) {
        EXPECT(errno == ENOENT);
        note("AT_EMPTY_PATH needs CAP_DAC_READ_SEARCH");
        make_file(numbered("linked", part), part, 10);
    }
    shut(fd);
}

static void tmpfile_never_linked(int part)
{
    int fd = (int)NEED(open(".", O_RDWR | O_TMPFILE | O_EXCL, 0640));
    put(fd, part, PART_BYTES, 0);
    shut(fd);
    make_file(numbered("new", part), part, 10);
}

static void tmpfile_from_outside(int part)
{
    char path[64];
    int fd = (int)NEED(open(outside("tree"), O_RDWR | O_TMPFILE, 0640));
    put(fd, part, PART_BYTES, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    NEED(linkat(AT_FDCWD, path, AT_FDCWD, numbered("linked", part), AT_SYMLINK_FOLLOW));
    put(fd, part, 100, 9000);
    shut(fd);
}

static void fortified(int part)
{
    int fd = (int)NEED(__open_2("file", O_RDWR | O_TRUNC));
    put(fd, part, PART_BYTES, 0);
    shut(fd);
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    fill(__openat64_2(directory, "inner", O_RDWR | O_TRUNC), part);
    shut(directory);
}

static void umask_applied(int part)
{
    mode_t before = umask(077);
    shut((int)NEED(open(numbered("new", part), O_WRONLY | O_CREAT, 0777)));
    NEED(mkdir(numbered("made", part), 0777));
    umask(before);
}

static void setgid_directory(int part)
{
    NEED(chown("dir", 1000, 2000));
    NEED(chmod("dir", 02775));
    make_file(numbered("dir/new", part), part, 10);
    NEED(mkdir(numbered("dir/made", part), 0755));
}

static const struct row rows[] = {
    {"open-O_CREAT", "-", open_creat, NULL},
    {"open-O_EXCL", "-", open_excl, NULL},
    {"open-empty", "CREATE", open_empty, NULL},
    {"open-O_TRUNC", "-", open_trunc, NULL},
    {"open-O_CREAT-O_TRUNC", "-", open_creat_trunc, NULL},
    {"open-O_RDONLY-O_TRUNC", "TRUNCATE", open_trunc_read_only, NULL},
    {"creat", "-", creat_plain, NULL},
    {"openat", "-", openat_dirfd, NULL},
    {"openat2", "-", openat2_call, NULL},
    {"open-through-symlink", "-", open_through_symlink, NULL},
    {"open-through-directory-link", "-", open_through_directory_link, NULL},
    {"O_TMPFILE-linkat-proc", "-", tmpfile_linked, NULL},
    {"O_TMPFILE-linkat-AT_EMPTY_PATH", "-", tmpfile_linked_by_descriptor, NULL},
    {"O_TMPFILE-never-linked", "-", tmpfile_never_linked, NULL},
    {"O_TMPFILE-from-outside", "-", tmpfile_from_outside, NULL},
    {"open-fortified", "-", fortified, NULL},
    {"umask", "-", umask_applied, NULL},
    {"setgid-directory", "-", setgid_directory, NULL},
};
FAMILY(opens);
