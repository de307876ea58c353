/* Names that are hard to write down, and ways to say where. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

enum { DEEP_LEVELS = 25, NAME_BYTES = 200 };

static void not_utf8(int part)
{
    char name[] = "\xff\xfe not utf-8 \x80\x01\n\t\\ x";
    name[strlen(name) - 1] = (char)('0' + part);
    make_file(name, part, 100);
    NEED(rename(name, numbered("\xc3\x28", part)));
    NEED(mkdir(name, 0700));
    NEED(symlink(name, numbered("to \xff", part)));
}

static void spaces_and_dots(int part)
{
    make_file(numbered(" ", part), part, 10);
    make_file(numbered("...", part), part, 10);
    make_file(numbered("-rf *", part), part, 10);
    make_file(numbered("gone/.catchwater-manifest.json", part), part, 10);
    make_file(part == 0 ? "gone/.catchwater-manifest.json" : ".catchwater-manifest.json", part, 10);
    make_file(numbered("file (deleted)", part), part, 10);
}

static void deleted_in_its_name(int part)
{
    /* /proc says " (deleted)" of files without a name; this one has that name. */
    if (part == 0) {
        make_file("twist (deleted)", part, 10);
    }
    int fd = open_file("twist (deleted)", O_RDWR);
    put(fd, part, 100, 10);
    shut(fd);
}

static void longest_name(int part)
{
    char name[256];
    memset(name, 'n', 255);
    name[0] = (char)('0' + part);
    name[255] = 0;
    make_file(name, part, 100);
    NEED(mkdir("long", 0700) == -1 ? access("long", F_OK) : 0);
    NEED(chdir("long"));
    make_file(name, part, 100);
    NEED(chdir(".."));
}

static void enter_level(const char *name)
{
    NEED(mkdir(name, 0700) == -1 ? access(name, F_OK) : 0);
    NEED(chdir(name));
}

static void deeper_than_path_max(int part)
{
    char name[NAME_BYTES + 1];
    int here = open_file(".", O_RDONLY | O_DIRECTORY);
    memset(name, 'd', NAME_BYTES);
    name[NAME_BYTES] = 0;
    for (int level = 0; level < DEEP_LEVELS; level++) {
        enter_level(name);
    }
    make_file(numbered("bottom", part), part, 1000);
    int fd = open_file(numbered("bottom", 0), O_RDWR);
    put(fd, part, 100, 500);
    shut(fd);
    NEED(rename(numbered("bottom", part), numbered("renamed", part)));
    NEED(link(numbered("renamed", part), numbered("bottom", part)));
    NEED(fchdir(here));
    shut(here);
}

static void deep_within_path_max(int part)
{
    int here = open_file(".", O_RDONLY | O_DIRECTORY);
    for (int level = 0; level < 60; level++) {
        enter_level("d");
    }
    make_file(numbered("bottom", part), part, 1000);
    NEED(fchdir(here));
    shut(here);
}

static void relative_by_chdir(int part)
{
    NEED(chdir("dir/sub"));
    make_file(numbered("new", part), part, 100);
    make_file(numbered("../../up", part), part, 100);
    make_file(numbered(".././/new", part), part, 100);
    NEED(chdir("../.."));
}

static void relative_by_fchdir(int part)
{
    int here = open_file(".", O_RDONLY | O_DIRECTORY);
    int there = open_file("dir/sub", O_PATH);
    NEED(fchdir(there));
    make_file(numbered("new", part), part, 100);
    NEED(truncate("leaf", 50 + part));
    NEED(fchdir(here));
    shut(here);
    shut(there);
}

static void relative_to_descriptor(int part)
{
    int there = open_file("dir/sub", O_RDONLY | O_DIRECTORY);
    if (part == 0) {
        NEED(rename("dir", "elsewhere"));
    }
    shut((int)NEED(openat(there, numbered("new", part), O_CREAT | O_WRONLY, 0600)));
    NEED(mkdirat(there, numbered("made", part), 0700));
    NEED(unlinkat(there, part == 0 ? "leaf" : "new0", 0));
    shut(there);
    if (part == 0) {
        NEED(rename("elsewhere", "dir"));
    }
}

static void through_outer_symlink(int part)
{
    char here[4096];
    EXPECT(getcwd(here, sizeof here) != NULL);
    if (part == 0) {
        NEED(symlink(here, outside("into")));
    }
    make_file(outside(numbered("into/new", part)), part, 100);
    NEED(truncate(outside("into/file"), 1000 + part));
    NEED(rename(outside(numbered("into/new", part)), outside(numbered("into/dir/moved", part))));
}

static void current_directory_renamed(int part)
{
    static int here;
    if (part == 0) {
        here = open_file(".", O_RDONLY | O_DIRECTORY);
        NEED(chdir("dir"));
        NEED(renameat(here, "dir", here, "moved"));
        make_file("new0", part, 10);
    } else {
        make_file("new1", part, 10);
        NEED(unlink("inner"));
    }
}

static void in_chroot(int part)
{
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        if (chroot(".") != 0) {
            note("chroot needs root");
        }
        int fd = open_file(part == 0 ? "/file" : "file", O_RDWR);
        put(fd, part, PART_BYTES, 100);
        shut(fd);
        make_file(numbered("/new", part), part, 100);
        NEED(rename("/other", "/renamed") == 0 ? 0 : rename("/renamed", "/again"));
        NEED(truncate("/dir/inner", 10 + part));
        NEED(chmod("/dir", part == 0 ? 0700 : 0711));
        _exit(0);
    }
    await(child);
}

static void root_attributes(int part)
{
    struct timespec times[2] = {{.tv_sec = 1100000000}, {.tv_sec = 1100000000 + part}};
    NEED(chmod(".", part == 0 ? 0711 : 0755));
    NEED(utimensat(AT_FDCWD, ".", times, 0));
}

static const struct row rows[] = {
    {"names-not-UTF-8", "-", not_utf8, NULL},
    {"names-of-dots-and-spaces", "-", spaces_and_dots, NULL},
    {"name-ends-in-deleted", "-", deleted_in_its_name, NULL},
    {"names-of-255-bytes", "-", longest_name, NULL},
    {"deeper-than-PATH_MAX", "-", deeper_than_path_max, "lists"},
    {"deep", "-", deep_within_path_max, NULL},
    {"chdir", "-", relative_by_chdir, NULL},
    {"fchdir", "-", relative_by_fchdir, NULL},
    {"dirfd", "-", relative_to_descriptor, NULL},
    {"through-outer-symlink", "-", through_outer_symlink, NULL},
    {"current-directory-renamed", "-", current_directory_renamed, NULL},
    {"chroot", "-", in_chroot, "lists"},
    {"attributes-of-directory", "ATTRIBUTES", root_attributes, NULL},
};
FAMILY(paths);
