/* What the C library does by itself, and calls that do not go through it. */
#define _GNU_SOURCE
#include <aio.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "role.h"
#include "row.h"
#include "workspace.h"

extern char **environ;

static void stdio_write(int part)
{
    FILE *file = fopen(numbered("new", part), "w");
    EXPECT(file != NULL);
    for (int i = 0; i < 2000; i++) {
        fprintf(file, "line %d of part %d\n", i, part);
    }
    EXPECT(fflush(file) == 0);
    EXPECT(fwrite(bytes_of(part, 100000), 1, 100000, file) == 100000);
    EXPECT(fclose(file) == 0);
}

static void stdio_append(int part)
{
    FILE *file = fopen("file", "a");
    EXPECT(file != NULL);
    EXPECT(fputs("appended ", file) >= 0);
    fprintf(file, "%d", part);
    EXPECT(fclose(file) == 0);
}

static void stdio_update(int part)
{
    FILE *file = fopen64("file", "r+");
    EXPECT(file != NULL);
    EXPECT(fseeko(file, 5000 + part, SEEK_SET) == 0);
    EXPECT(fwrite_unlocked(bytes_of(part, 300), 1, 300, file) == 300);
    EXPECT(fseek(file, 40000, SEEK_SET) == 0);
    EXPECT(putc('x' + part, file) != EOF);
    EXPECT(fclose(file) == 0);
}

static void stdio_unbuffered(int part)
{
    FILE *file = fopen("file", "r+");
    EXPECT(file != NULL);
    EXPECT(setvbuf(file, NULL, _IONBF, 0) == 0);
    for (int i = 0; i < 20; i++) {
        EXPECT(putc('a' + part, file) != EOF);
    }
    EXPECT(fclose(file) == 0);
}

static void stdio_reopened(int part)
{
    FILE *file = fopen(numbered("first", part), "w");
    EXPECT(file != NULL);
    fprintf(file, "first %d", part);
    file = freopen("file", part == 0 ? "w" : "a", file);
    EXPECT(file != NULL);
    fprintf(file, "second %d", part);
    EXPECT(fclose(file) == 0);
}

static void stdio_at_exit(int part)
{
    static FILE *file;
    if (part == 0) {
        make_file("new", part, 10);
        return;
    }
    /* Never closed: exit() flushes it. */
    file = fopen("at-exit", "w");
    EXPECT(file != NULL);
    fprintf(file, "flushed by exit");
}

static void temporary_files(int part)
{
    char file[] = "temporary-XXXXXX";
    char directory[] = "temporary-XXXXXX";
    int fd = (int)NEED(mkostemp(file, O_APPEND));
    EXPECT(write(fd, bytes_of(part, 100), 100) == 100);
    shut(fd);
    EXPECT(mkdtemp(directory) != NULL);
    NEED(rename(file, numbered("temporary", part)));
    NEED(rename(directory, numbered("temporary-directory", part)));
    FILE *nameless = tmpfile();
    EXPECT(nameless != NULL);
    fprintf(nameless, "elsewhere");
    EXPECT(fclose(nameless) == 0);
}

static void dprintf_call(int part)
{
    int fd = open_file("file", O_WRONLY);
    EXPECT(dprintf(fd, "part %d %s", part, "of a text") > 0);
    shut(fd);
}

static void remove_call(int part)
{
    NEED(remove(part == 0 ? "file" : "twin"));
    if (part == 0) {
        NEED(remove("gone"));
    }
}

static int remove_visited(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    return remove(path);
}

static void nftw_remove(int part)
{
    NEED(nftw(part == 0 ? "dir/sub" : "dir", remove_visited, 8, FTW_DEPTH | FTW_PHYS));
}

static void aio_writes(int part)
{
    int fd = open_file("file", O_RDWR);
    struct aiocb block = {.aio_fildes = fd, .aio_offset = 1000 + 20000 * part, .aio_nbytes = PART_BYTES};
    block.aio_buf = (void *)bytes_of(part, PART_BYTES);
    const struct aiocb *list[] = {&block};
    NEED(aio_write(&block));
    NEED(aio_suspend(list, 1, NULL));
    EXPECT(aio_return(&block) == PART_BYTES);
    shut(fd);
}

static void aio_list(int part)
{
    static struct aiocb blocks[8];
    struct aiocb *list[8];
    int fd = open_file("file", O_RDWR);
    const char *bytes = bytes_of(part, 8 * 2000);
    for (int i = 0; i < 8; i++) {
        blocks[i] = (struct aiocb){.aio_fildes = fd, .aio_lio_opcode = LIO_WRITE, .aio_nbytes = 2000};
        blocks[i].aio_offset = 3000 * i + 30000 * part;
        blocks[i].aio_buf = (void *)(bytes + 2000 * i);
        list[i] = &blocks[i];
    }
    NEED(lio_listio(LIO_WAIT, list, 8, NULL));
    NEED(aio_fsync(O_SYNC, &blocks[0]));
    while (aio_error(&blocks[0]) == EINPROGRESS) {
        usleep(1000);
    }
    shut(fd);
}

static void by_syscall(int part)
{
    const char *name = numbered("new", part);
    long fd = NEED(syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT, 0640));
    EXPECT(syscall(SYS_write, fd, bytes_of(part, PART_BYTES), PART_BYTES) == PART_BYTES);
    EXPECT(syscall(SYS_pwrite64, fd, bytes_of(part, 100), 100, 9000) == 100);
    NEED(syscall(SYS_ftruncate, fd, 12000));
    NEED(syscall(SYS_close, fd));
    NEED(syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, numbered("renamed", part), 0));
    NEED(syscall(SYS_mkdirat, AT_FDCWD, numbered("made", part), 0700));
}

static void start_raw(const char *first, const char *second)
{
    char program[4096];
    pid_t child;
    snprintf(program, sizeof program, "%.4000s-raw", role_program());
    char *arguments[] = {program, (char *)first, (char *)second, NULL};
    EXPECT(posix_spawn(&child, program, NULL, NULL, arguments, environ) == 0);
    await(child);
}

static void by_own_instruction(int part)
{
    start_raw(numbered("new", part), NULL);
}

static void by_own_wrapper(int part)
{
    start_raw("computed", part == 0 ? "file" : "other");
}

static void by_loaded_library(int part)
{
    char path[4096];
    char program[4096];
    snprintf(program, sizeof program, "%s", role_program());
    snprintf(path, sizeof path, "%.4000s/libconformance-raw.so", dirname(program));
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    EXPECT(library != NULL);
    long (*write_at)(int, const void *, unsigned long, long) =
        (long (*)(int, const void *, unsigned long, long))dlsym(library, "library_pwrite");
    EXPECT(write_at != NULL);
    int fd = open_file("file", O_RDWR);
    EXPECT(write_at(fd, bytes_of(part, PART_BYTES), PART_BYTES, 1000 + part) == PART_BYTES);
    shut(fd);
    dlclose(library);
}

/* As a just-in-time compiler would have it: mov eax, edi; mov rdi, rsi; mov rsi, rdx; mov rdx, rcx; syscall; ret */
static void by_generated_code(int part)
{
    static const unsigned char code[] = {
        0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca, 0x0f, 0x05, 0xc3,
    };
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(page != MAP_FAILED);
    memcpy(page, code, sizeof code);
    NEED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
    long (*generated)(int, long, const void *, long) = (long (*)(int, long, const void *, long))page;
    int fd = open_file("file", O_RDWR);
    EXPECT(generated(SYS_write, fd, bytes_of(part, PART_BYTES), PART_BYTES) == PART_BYTES);
    shut(fd);
    munmap(page, 4096);
}

static const struct row rows[] = {
    {"stdio-w", "-", stdio_write, NULL},
    {"stdio-a", "WRITE", stdio_append, NULL},
    {"stdio-r+", "WRITE", stdio_update, NULL},
    {"stdio-unbuffered", "WRITE", stdio_unbuffered, NULL},
    {"stdio-freopen", "-", stdio_reopened, NULL},
    {"stdio-at-exit", "-", stdio_at_exit, NULL},
    {"mkstemp-mkdtemp-tmpfile", "-", temporary_files, NULL},
    {"dprintf", "WRITE", dprintf_call, NULL},
    {"remove", "-", remove_call, NULL},
    {"nftw-remove", "-", nftw_remove, NULL},
    {"aio_write", "WRITE", aio_writes, NULL},
    {"lio_listio", "WRITE", aio_list, NULL},
    {"syscall-function", "-", by_syscall, NULL},
    {"own-syscall-instruction", "-", by_own_instruction,
        "known: not every shape of code can be patched; detected: catchwater-conformance-raw"},
    {"own-syscall-wrapper", "-", by_own_wrapper, "known: the code before the instruction does not tell the call's number"},
    {"syscall-in-dlopened-library", "-", by_loaded_library, "known: libraries loaded later are not searched"},
    {"syscall-in-generated-code", "-", by_generated_code, "known: code made at run time is not searched"},
};
FAMILY(libc);
