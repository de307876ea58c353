/* Calls that make, move and remove names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

static void rename_within(int part)
{
    NEED(rename(part == 0 ? "file" : "renamed0", numbered("renamed", part)));
    NEED(rename(part == 0 ? "dir/inner" : "up", part == 0 ? "up" : "dir/sub/down"));
}

static void rename_over(int part)
{
    if (part == 0) {
        NEED(rename("other", "file"));
    } else {
        NEED(rename("dir/inner", "twin"));
        NEED(rename("sym", "empty"));
    }
}

static void rename_directory(int part)
{
    NEED(rename(part == 0 ? "dir" : "moved", part == 0 ? "moved" : "gone/below"));
    make_file(part == 0 ? "moved/sub/new" : "gone/below/sub/new1", part, 100);
}

static void rename_directory_over(int part)
{
    if (part == 0) {
        NEED(rename("dir", "gone"));
    } else {
        NEED(mkdir("empty-directory", 0700));
        NEED(rename("gone/sub", "empty-directory"));
    }
}

static void rename_same_file(int part)
{
    /* Two names of one file: nothing happens. */
    NEED(rename("file", "twin"));
    NEED(chmod("twin", part == 0 ? 0604 : 0606));
}

static void rename_symlink(int part)
{
    NEED(rename(part == 0 ? "sym" : "sym0", numbered("sym", part)));
}

static void renameat_call(int part)
{
    int directory = open_file("dir", O_RDONLY | O_DIRECTORY);
    NEED(renameat(directory, part == 0 ? "inner" : "sub/inner", directory, part == 0 ? "sub/inner" : "sub/again"));
    shut(directory);
}

static void rename_noreplace(int part)
{
    EXPECT(renameat2(AT_FDCWD, "file", AT_FDCWD, "other", RENAME_NOREPLACE) == -1);
    NEED(renameat2(AT_FDCWD, part == 0 ? "file" : "new0", AT_FDCWD, numbered("new", part), RENAME_NOREPLACE));
}

static void exchange_files(int part)
{
    NEED(renameat2(AT_FDCWD, "file", AT_FDCWD, part == 0 ? "other" : "dir/inner", RENAME_EXCHANGE));
}

static void exchange_directories(int part)
{
    NEED(renameat2(AT_FDCWD, part == 0 ? "dir" : "gone/sub", AT_FDCWD, part == 0 ? "gone" : "other", RENAME_EXCHANGE));
}

static void exchange_all_sorts(int part)
{
    if (part == 0) {
        NEED(mkdir("dir/sub/more", 0755));
        NEED(renameat2(AT_FDCWD, "dir/sub", AT_FDCWD, "sym", RENAME_EXCHANGE));
    } else {
        NEED(renameat2(AT_FDCWD, "empty", AT_FDCWD, "dir", RENAME_EXCHANGE));
        make_file("empty/new", part, 10);
    }
}

static void exchange_with_outside(int part)
{
    NEED(renameat2(AT_FDCWD, part == 0 ? "file" : "dir", AT_FDCWD, outside(part == 0 ? "file" : "tree"), RENAME_EXCHANGE));
}

static void rename_whiteout(int part)
{
    if (renameat2(AT_FDCWD, part == 0 ? "file" : "dir", AT_FDCWD, numbered("white", part), RENAME_WHITEOUT) != 0) {
        EXPECT(errno == EINVAL || errno == EPERM);
        note("the file system has no whiteouts");
        NEED(rename(part == 0 ? "file" : "dir", numbered("white", part)));
    }
}

static void rename_out(int part)
{
    NEED(rename(part == 0 ? "file" : "other", outside(numbered("out", part))));
}

static void rename_out_directory(int part)
{
    NEED(rename(part == 0 ? "dir/sub" : "dir", outside(numbered("out", part))));
}

static void rename_out_and_back(int part)
{
    NEED(rename("dir", outside("away")));
    make_file(outside(numbered("away/new", part)), part, 500);
    NEED(rename(outside("away"), "dir"));
}

static void rename_in(int part)
{
    NEED(rename(outside(part == 0 ? "file" : "tree/inner"), numbered("in", part)));
}

static void rename_in_over(int part)
{
    NEED(rename(outside(part == 0 ? "file" : "tree/inner"), part == 0 ? "file" : "twin"));
}

static void rename_in_directory(int part)
{
    NEED(rename(outside(part == 0 ? "tree/sub" : "tree"), numbered("in", part)));
    make_file(part == 0 ? "in0/new" : "in1/new", part, 10);
}

static void rename_in_with_open_file(int part)
{
    static int fd;
    if (part == 0) {
        fd = open_file(outside("file"), O_RDWR);
        put(fd, part, 100, 0);
        NEED(rename(outside("file"), "in"));
    }
    put(fd, part, PART_BYTES, 3000 * (part + 1));
}

static void rename_in_directory_with_open_file(int part)
{
    static int fd;
    if (part == 0) {
        fd = open_file(outside("tree/sub/leaf"), O_RDWR);
        put(fd, part, 100, 0);
        NEED(rename(outside("tree"), "in"));
    }
    put(fd, part, PART_BYTES, 3000 * (part + 1));
}

static void rename_out_with_open_file(int part)
{
    static int fd;
    if (part == 0) {
        fd = open_file("other", O_RDWR);
        put(fd, part, 100, 0);
        NEED(rename("other", outside("out")));
        put(fd, part, 200, 0);
    } else {
        NEED(rename(outside("out"), "back"));
        put(fd, part, 300, 5000);
    }
}

static void link_names(int part)
{
    NEED(link(part == 0 ? "file" : "sym", numbered("another", part)));
    NEED(linkat(AT_FDCWD, "sym", AT_FDCWD, numbered("followed", part), AT_SYMLINK_FOLLOW));
}

static void link_from_outside(int part)
{
    NEED(link(outside(part == 0 ? "file" : "tree/inner"), numbered("in", part)));
}

static void write_through_other_name(int part)
{
    int fd = open_file("twin", O_RDWR);
    put(fd, part, PART_BYTES, 1000 + part);
    shut(fd);
}

static void write_through_outer_name(int part)
{
    if (part == 0) {
        NEED(link("other", outside("link")));
        NEED(link(outside("file"), "inward"));
    }
    int fd = open_file(outside("link"), O_RDWR);
    put(fd, part, PART_BYTES, 1000 * part);
    shut(fd);
    fd = open_file(outside("file"), O_WRONLY | O_APPEND);
    EXPECT(write(fd, bytes_of(part, 500), 500) == 500);
    shut(fd);
    NEED(truncate(outside("link"), 6500 + part));
}

static void link_and_unlink_first(int part)
{
    if (part == 0) {
        NEED(unlink("file"));
    } else {
        NEED(link("twin", "file"));
        NEED(unlink("twin"));
    }
}

static void symlinks(int part)
{
    char target[4096];
    memset(target, 'x', sizeof target);
    for (size_t i = 200; i < sizeof target; i += 200) {
        target[i] = '/';
    }
    target[4095] = 0;
    NEED(symlink(part == 0 ? "no such place" : "/", numbered("link", part)));
    NEED(symlinkat("../dir", AT_FDCWD, numbered("dir/at", part)));
    NEED(symlink(target, numbered("long", part)));
}

static void symlink_loop(int part)
{
    NEED(symlink(numbered("loop-b", part), numbered("loop-a", part)));
    NEED(symlink(numbered("loop-a", part), numbered("loop-b", part)));
    NEED(symlink(".", numbered("self", part)));
    NEED(symlink("..", numbered("dir/up", part)));
    EXPECT(open(numbered("loop-a", part), O_RDWR | O_CREAT, 0600) == -1 && errno == ELOOP);
}

static void unlink_symlink(int part)
{
    if (part == 0) {
        NEED(symlink("dir", "another"));
    }
    NEED(unlink(part == 0 ? "sym" : "another"));
}

static void unlink_names(int part)
{
    NEED(unlink(part == 0 ? "file" : "twin"));
    NEED(unlinkat(AT_FDCWD, part == 0 ? "other" : "dir/inner", 0));
}

static void unlink_while_open(int part)
{
    static int fd;
    if (part == 0) {
        fd = open_file("other", O_RDWR);
        NEED(unlink("other"));
    }
    put(fd, part, PART_BYTES, 100);
    make_file(part == 0 ? "other" : "more", part, 300);
    put(fd, part, 100, 0);
}

static void unlink_and_make_again(int part)
{
    for (int i = 0; i < 20; i++) {
        NEED(unlink("other"));
        make_file("other", part, 100 + (size_t)i);
        NEED(unlink(i % 2 == 0 ? "empty" : "other"));
        make_file(i % 2 == 0 ? "empty" : "other", part, 200);
    }
}

static void directories(int part)
{
    NEED(mkdir(numbered("made", part), 0751));
    NEED(mkdirat(AT_FDCWD, numbered("dir/made", part), 0700));
    if (part == 0) {
        NEED(rmdir("gone"));
        NEED(mkdir("passing", 0700));
    } else {
        NEED(rmdir("passing"));
    }
}

static void rmdir_names(int part)
{
    if (part == 0) {
        NEED(rmdir("gone"));
    } else {
        NEED(unlink("dir/sub/leaf"));
        NEED(unlinkat(AT_FDCWD, "dir/sub", AT_REMOVEDIR));
    }
}

static void mkdir_empty(int part)
{
    NEED(mkdir(numbered("made", part), 0751));
    NEED(mkdirat(AT_FDCWD, numbered("dir/made", part), 0700));
}

static void fifos(int part)
{
    NEED(mkfifo(numbered("fifo", part), 0604));
    NEED(mknod(numbered("node", part), S_IFIFO | 0640, 0));
    NEED(mkfifoat(AT_FDCWD, numbered("dir/fifo", part), 0600));
    int fd = open_file(numbered("fifo", part), O_RDWR | O_CREAT);
    EXPECT(write(fd, "to nobody", 9) == 9);
    shut(fd);
}

static void device_nodes(int part)
{
    if (mknod(numbered("null", part), S_IFCHR | 0666, makedev(1, 3)) != 0) {
        EXPECT(errno == EPERM);
        note("device nodes need root");
        NEED(mknod(numbered("null", part), S_IFSOCK | 0666, 0));
    }
    if (mknodat(AT_FDCWD, numbered("loop", part), S_IFBLK | 0640, makedev(7, 200)) != 0) {
        EXPECT(errno == EPERM);
    }
}

static void mknod_regular(int part)
{
    NEED(mknod(numbered("plain", part), S_IFREG | 0604, 0));
    int fd = open_file(numbered("plain", part), O_RDWR);
    put(fd, part, 100, 0);
    shut(fd);
}

static void bind_socket(int part)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = (int)NEED(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    strcpy(address.sun_path, numbered("socket", part));
    NEED(bind(fd, (struct sockaddr *)&address, sizeof address));
    shut(fd);
    fd = (int)NEED(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    strcpy(address.sun_path, numbered("dir/socket", part));
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address.sun_path));
    NEED(bind(fd, (struct sockaddr *)&address, length));
    shut(fd);
}

static const struct row rows[] = {
    {"rename", "RENAME", rename_within, NULL},
    {"rename-over", "RENAME", rename_over, NULL},
    {"rename-directory", "RENAME", rename_directory, NULL},
    {"rename-directory-over", "-", rename_directory_over, NULL},
    {"rename-same-file", "-", rename_same_file, NULL},
    {"rename-symlink", "RENAME", rename_symlink, NULL},
    {"renameat", "RENAME", renameat_call, NULL},
    {"renameat2-NOREPLACE", "RENAME", rename_noreplace, NULL},
    {"EXCHANGE-files", "EXCHANGE", exchange_files, NULL},
    {"EXCHANGE-directories", "EXCHANGE", exchange_directories, NULL},
    {"EXCHANGE-all-sorts", "-", exchange_all_sorts, NULL},
    {"EXCHANGE-with-outside", "EXCHANGE", exchange_with_outside, "lists"},
    {"renameat2-WHITEOUT", "RENAME", rename_whiteout, "lists"},
    {"rename-out", "RENAME", rename_out, NULL},
    {"rename-out-directory", "RENAME", rename_out_directory, NULL},
    {"rename-out-and-back", "-", rename_out_and_back, "lists"},
    {"rename-in", "RENAME", rename_in, NULL},
    {"rename-in-over", "RENAME", rename_in_over, NULL},
    {"rename-in-directory", "-", rename_in_directory, "lists"},
    {"rename-in-open-file", "-", rename_in_with_open_file, NULL},
    {"rename-in-directory-open-file", "-", rename_in_directory_with_open_file, "lists"},
    {"rename-out-open-file", "-", rename_out_with_open_file, NULL},
    {"link", "LINK", link_names, "lists"},
    {"link-from-outside", "LINK", link_from_outside, NULL},
    {"write-through-other-name", "WRITE", write_through_other_name, NULL},
    {"write-through-outer-name", "-", write_through_outer_name, NULL},
    {"unlink-first-name", "-", link_and_unlink_first, NULL},
    {"symlink", "SYMLINK", symlinks, NULL},
    {"symlink-loop", "SYMLINK", symlink_loop, NULL},
    {"unlink-symlink", "UNLINK", unlink_symlink, NULL},
    {"unlink", "UNLINK", unlink_names, NULL},
    {"unlink-while-open", "-", unlink_while_open, NULL},
    {"unlink-and-make-again", "-", unlink_and_make_again, NULL},
    {"mkdir", "MKDIR", mkdir_empty, NULL},
    {"mkdir-rmdir", "-", directories, NULL},
    {"rmdir", "RMDIR", rmdir_names, NULL},
    {"mkfifo", "MKNOD", fifos, NULL},
    {"device-nodes", "MKNOD", device_nodes, NULL},
    {"mknod-regular", "-", mknod_regular, NULL},
    {"bind", "MKNOD", bind_socket, NULL},
};
FAMILY(names);
