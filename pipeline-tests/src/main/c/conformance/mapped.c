/* Stores through shared mappings. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

static char *map(const char *name, size_t length, int protection)
{
    int fd = open_file(name, O_RDWR);
    char *at = mmap(NULL, length, protection, MAP_SHARED, fd, 0);
    EXPECT(at != MAP_FAILED);
    shut(fd);
    return at;
}

static void store(char *at, int part)
{
    memcpy(at, bytes_of(part, PART_BYTES), PART_BYTES);
}

static void with_msync(int part)
{
    char *at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    store(at + 1000 + 10000 * part, part);
    NEED(msync(at, FILE_BYTES, MS_SYNC));
    NEED(munmap(at, FILE_BYTES));
}

static void with_munmap(int part)
{
    char *at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    store(at + 1000 + 10000 * part, part);
    NEED(munmap(at, FILE_BYTES));
}

static void with_exit(int part)
{
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        store(map("file", FILE_BYTES, PROT_READ | PROT_WRITE) + 10000 * part, part);
        _exit(0);
    }
    await(child);
}

static void while_mapped(int part)
{
    static char *at;
    if (part == 0) {
        at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    }
    store(at + 5000 + 10000 * part, part);
}

static void new_file(int part)
{
    const char *name = numbered("new", part);
    int fd = open_file(name, O_RDWR | O_CREAT);
    NEED(ftruncate(fd, 20000));
    shut(fd);
    char *at = map(name, 20000, PROT_READ | PROT_WRITE);
    store(at + 5000, part);
    NEED(munmap(at, 20000));
}

static void by_mprotect(int part)
{
    char *at = map("file", FILE_BYTES, PROT_READ);
    NEED(mprotect(at, FILE_BYTES, PROT_READ | PROT_WRITE));
    store(at + 10000 * part, part);
    NEED(munmap(at, FILE_BYTES));
}

static void by_mremap(int part)
{
    char *at = map("file", 4096, PROT_READ | PROT_WRITE);
    at = mremap(at, 4096, FILE_BYTES, MREMAP_MAYMOVE);
    EXPECT(at != MAP_FAILED);
    store(at + 20000 + 10000 * part, part);
    NEED(munmap(at, FILE_BYTES));
}

static void by_child(int part)
{
    char *at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        store(at + 10000 * part, part);
        _exit(0);
    }
    await(child);
    NEED(munmap(at, FILE_BYTES));
}

static void before_capture(int part)
{
    static char *at;
    if (part == EARLY) {
        at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
        return;
    }
    store(at + 10000 * part, part);
}

static void before_entering(int part)
{
    static char *at;
    if (part == 0) {
        at = map(outside("file"), OTHER_BYTES, PROT_READ | PROT_WRITE);
        NEED(rename(outside("file"), "in"));
    }
    store(at + 1000 * part, part);
}

static void and_written(int part)
{
    int fd = open_file("file", O_RDWR);
    char *at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    store(at + 1000, part);
    put(fd, part, PART_BYTES, 3000);
    store(at + 5000, part);
    NEED(ftruncate(fd, 30000 + part));
    NEED(munmap(at, FILE_BYTES));
    shut(fd);
}

static void as_source(int part)
{
    int fd = open_file("dir/inner", O_RDWR);
    char *at = map("file", FILE_BYTES, PROT_READ | PROT_WRITE);
    store(at + 1000, part);
    EXPECT(pwrite(fd, at, 10000, 100 * part) == 10000);
    NEED(munmap(at, FILE_BYTES));
    shut(fd);
}

static void private_mapping(int part)
{
    int fd = open_file("file", O_RDWR);
    char *at = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    EXPECT(at != MAP_FAILED);
    store(at, part);
    put(fd, part, 100, 50000);
    NEED(munmap(at, FILE_BYTES));
    shut(fd);
}

static const struct row rows[] = {
    {"mmap-msync", "MAPPED", with_msync, NULL},
    {"mmap-munmap", "MAPPED", with_munmap, NULL},
    {"mmap-exit", "MAPPED", with_exit, NULL},
    {"mmap-while-mapped", "MAPPED", while_mapped, NULL},
    {"mmap-new-file", "-", new_file, NULL},
    {"mmap-mprotect", "MAPPED", by_mprotect, NULL},
    {"mmap-mremap", "MAPPED", by_mremap, NULL},
    {"mmap-child", "MAPPED", by_child, NULL},
    {"mmap-before-capture", "MAPPED", before_capture, "early"},
    {"mmap-before-entering", "-", before_entering, NULL},
    {"mmap-and-write", "-", and_written, NULL},
    {"mmap-as-source-of-write", "-", as_source, NULL},
    {"mmap-private", "WRITE", private_mapping, NULL},
};
FAMILY(mapped);
