/*
 * What is in a directory, a line for each name, in order of the names' bytes:
 *
 *   path type mode uid gid mtime(ns) size first-name content holes target xattrs
 *
 * separated by tabs; bytes that are not printable are escaped. first-name is the first path of the same file; holes are
 * the ranges with data; content is a checksum that does not tell a hole from zeros.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "scan.h"
#include "workspace.h"

enum { BLOCK_BYTES = 4096, NAMES_BYTES = 1 << 16 };

struct known {
    dev_t device;
    ino_t inode;
    char *path;
    struct known *next;
};

static struct known *known_files;

static void print_escaped(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c <= ' ' || c >= 0x7f || c == '\\') {
            printf("\\x%02x", c);
        } else {
            putchar(c);
        }
    }
}

static const char *first_path(const struct stat *status, const char *path)
{
    for (struct known *known = known_files; known != NULL; known = known->next) {
        if (known->device == status->st_dev && known->inode == status->st_ino) {
            return known->path;
        }
    }
    struct known *known = malloc(sizeof *known);
    EXPECT(known != NULL);
    *known = (struct known){status->st_dev, status->st_ino, strdup(path), known_files};
    known_files = known;
    return path;
}

static void mix(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * 0x100000001b3ULL;
    *sum ^= *sum >> 29;
}

static void sum_block(uint64_t *sum, const char *block, ssize_t length, off_t offset)
{
    for (ssize_t i = 0; i < length; i++) {
        if (block[i] != 0) {
            mix(sum, (uint64_t)(offset + i));
            mix(sum, (unsigned char)block[i]);
        }
    }
}

static uint64_t sum_range(int fd, off_t start, off_t end, uint64_t sum)
{
    char block[BLOCK_BYTES];
    for (off_t at = start; at < end;) {
        size_t wanted = end - at < BLOCK_BYTES ? (size_t)(end - at) : BLOCK_BYTES;
        ssize_t length = NEED(pread(fd, block, wanted, at));
        EXPECT(length > 0);
        sum_block(&sum, block, length, at);
        at += length;
    }
    return sum;
}

static void print_content(int fd, off_t size)
{
    uint64_t sum = 0xcbf29ce484222325ULL;
    char ranges[NAMES_BYTES] = "";
    size_t used = 0;
    for (off_t at = 0; at < size;) {
        off_t data = lseek(fd, at, SEEK_DATA);
        if (data < 0) {
            break;
        }
        off_t hole = NEED(lseek(fd, data, SEEK_HOLE));
        sum = sum_range(fd, data, hole, sum);
        if (used + 64 < sizeof ranges) {
            used += (size_t)sprintf(ranges + used, "%s%lld-%lld", used > 0 ? "," : "", (long long)data, (long long)hole);
        }
        at = hole;
    }
    printf("\t%016llx\t%s", (unsigned long long)sum, used > 0 ? ranges : "-");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_xattrs(int directory, const char *name)
{
    char path[64];
    char names[NAMES_BYTES];
    char *sorted[256];
    char value[NAMES_BYTES];
    int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = listxattr(path, names, sizeof names);
    size_t count = 0;
    for (char *at = names; length > 0 && at < names + length && count < 256; at += strlen(at) + 1) {
        sorted[count++] = at;
    }
    qsort(sorted, count, sizeof *sorted, compare_names);
    putchar('\t');
    for (size_t i = 0; i < count; i++) {
        ssize_t bytes = getxattr(path, sorted[i], value, sizeof value);
        print_escaped(sorted[i], strlen(sorted[i]));
        putchar('=');
        print_escaped(value, bytes > 0 ? (size_t)bytes : 0);
        putchar(',');
    }
    close(fd);
}

static const char *type_name(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "symlink";
    case S_IFIFO: return "fifo";
    case S_IFSOCK: return "socket";
    case S_IFCHR: return "character-device";
    case S_IFBLK: return "block-device";
    default: return "unknown";
    }
}

static void print_target(int directory, const char *name, const struct stat *status)
{
    char target[4097];
    putchar('\t');
    if (S_ISLNK(status->st_mode)) {
        print_escaped(target, (size_t)NEED(readlinkat(directory, name, target, sizeof target)));
    } else if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)) {
        printf("%u:%u", major(status->st_rdev), minor(status->st_rdev));
    } else {
        putchar('-');
    }
}

static void print_name(int directory, const char *name, const char *path, const struct stat *status)
{
    long long mtime = (long long)status->st_mtim.tv_sec * 1000000000LL + status->st_mtim.tv_nsec;
    /* A directory's size, and a link's, are the file system's own. */
    long long size = S_ISREG(status->st_mode) ? (long long)status->st_size : 0;
    const char *first = S_ISDIR(status->st_mode) ? path : first_path(status, path);
    print_escaped(path, strlen(path));
    printf("\t%s\t%o\t%u\t%u\t%lld\t%lld\t", type_name(status->st_mode), status->st_mode & 07777, status->st_uid,
        status->st_gid, mtime, size);
    print_escaped(first, strlen(first));
    if (S_ISREG(status->st_mode)) {
        int fd = (int)NEED(openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        print_content(fd, status->st_size);
        shut(fd);
    } else {
        printf("\t-\t-");
    }
    print_target(directory, name, status);
    print_xattrs(directory, name);
    putchar('\n');
}

static char *path_below(const char *above, const char *name)
{
    size_t length = strlen(above) + strlen(name) + 2;
    char *path = malloc(length);
    EXPECT(path != NULL);
    snprintf(path, length, "%s%s%s", above, *above != 0 ? "/" : "", name);
    return path;
}

static int compare_entries(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void scan_below(int directory, const char *above)
{
    struct dirent **entries;
    int count = (int)NEED(scandirat(directory, ".", &entries, is_entry, compare_entries));
    for (int i = 0; i < count; i++) {
        struct stat status;
        const char *name = entries[i]->d_name;
        char *path = path_below(above, name);
        NEED(fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW));
        print_name(directory, name, path, &status);
        if (S_ISDIR(status.st_mode)) {
            int fd = (int)NEED(openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            scan_below(fd, path);
            shut(fd);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
}

void scan(const char *directory)
{
    int fd = open_file(directory, O_RDONLY | O_DIRECTORY);
    scan_below(fd, "");
    shut(fd);
}
