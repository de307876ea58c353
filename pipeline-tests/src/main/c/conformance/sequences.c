#define _GNU_SOURCE
#include "sequences.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workspace.h"

enum { LENGTH_LIMIT = 3, TEXT_BYTES = 256 };

/* Open from the first to the last change of a sequence. */
static int held;

static void write_name(const char *name, off_t offset)
{
    int fd = open(name, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        put(fd, 0, 700, offset);
        shut(fd);
    }
}

static void do_write(void) { write_name("file", 5000); }
static void do_write_twin(void) { write_name("twin", 70000); }
static void do_write_held(void) { put(held, 1, 900, 100); }
static void do_write_outside(void) { write_name(outside("file"), 50); }
static void do_write_through_symlink(void) { write_name("sym", 12); }
static void do_truncate(void) { (void)!truncate("file", 3000); }
static void do_grow_held(void) { (void)!ftruncate(held, 90000); }
static void do_punch(void) { (void)!fallocate(held, 3, 4096, 8192); }
static void do_unlink(void) { (void)!unlink("file"); }
static void do_unlink_twin(void) { (void)!unlink("twin"); }
static void do_unlink_symlink(void) { (void)!unlink("sym"); }
static void do_rename(void) { (void)!rename("file", "other"); }
static void do_rename_into(void) { (void)!rename("other", "dir/inner"); }
static void do_rename_out(void) { (void)!rename("file", outside("out")); }
static void do_rename_back(void) { (void)!rename(outside("out"), "dir/back"); }
static void do_rename_in(void) { (void)!rename(outside("file"), "file"); }
static void do_rename_directory(void) { (void)!rename("dir", "gone"); }
static void do_rename_directory_out(void) { (void)!rename("dir", outside("dir")); }
static void do_rename_directory_in(void) { (void)!rename(outside("tree"), "dir/in"); }
static void do_exchange(void) { (void)!renameat2(AT_FDCWD, "file", AT_FDCWD, "dir", RENAME_EXCHANGE); }
static void do_exchange_files(void) { (void)!renameat2(AT_FDCWD, "file", AT_FDCWD, "other", RENAME_EXCHANGE); }
static void do_link(void) { (void)!link("other", "dir/link"); }
static void do_link_out(void) { (void)!link("file", outside("link")); }
static void do_link_in(void) { (void)!link(outside("file"), "in"); }
static void do_symlink(void) { (void)!symlink("dir", "file"); }
static void do_mkdir(void) { (void)!mkdir("file", 0700); }
static void do_rmdir(void) { (void)!rmdir("gone"); }
static void do_mkfifo(void) { (void)!mkfifo("dir/inner", 0600); }
static void do_chmod(void) { (void)!chmod("file", 0604); }

static void do_utimens(void)
{
    struct timespec times[2] = {{.tv_sec = 1100000000}, {.tv_sec = 1100000000}};
    (void)!utimensat(AT_FDCWD, "file", times, 0);
}

static void do_create(void)
{
    int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0) {
        put(fd, 2, 300, 0);
        shut(fd);
    }
}

static void do_create_trunc(void)
{
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) {
        shut(fd);
    }
}

static void do_copy_range(void)
{
    off_t from = 0;
    off_t to = 20000;
    (void)!copy_file_range(held, &from, held, &to, 6000, 0);
}

static const struct change {
    const char *name;
    void (*make)(void);
} changes[] = {
    {"write", do_write}, {"write-twin", do_write_twin}, {"write-held", do_write_held}, {"write-outside", do_write_outside},
    {"write-through-symlink", do_write_through_symlink}, {"truncate", do_truncate}, {"grow-held", do_grow_held},
    {"punch", do_punch}, {"unlink", do_unlink}, {"unlink-twin", do_unlink_twin}, {"unlink-symlink", do_unlink_symlink},
    {"rename", do_rename}, {"rename-into", do_rename_into}, {"rename-out", do_rename_out}, {"rename-back", do_rename_back},
    {"rename-in", do_rename_in}, {"rename-directory", do_rename_directory},
    {"rename-directory-out", do_rename_directory_out}, {"rename-directory-in", do_rename_directory_in},
    {"exchange", do_exchange}, {"exchange-files", do_exchange_files}, {"link", do_link}, {"link-out", do_link_out},
    {"link-in", do_link_in}, {"symlink", do_symlink}, {"mkdir", do_mkdir}, {"rmdir", do_rmdir}, {"mkfifo", do_mkfifo},
    {"chmod", do_chmod}, {"utimens", do_utimens}, {"create", do_create}, {"create-trunc", do_create_trunc},
    {"copy-range", do_copy_range},
};

enum { CHANGES = sizeof changes / sizeof changes[0] };

static uint64_t mixed(uint64_t value)
{
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
    return value ^ value >> 31;
}

/* The changes of a sequence; how many. First come all pairs, then what the seed says. */
static int choose(uint64_t seed, int number, const struct change *chosen[LENGTH_LIMIT])
{
    if (number < CHANGES * CHANGES) {
        chosen[0] = &changes[number / CHANGES];
        chosen[1] = &changes[number % CHANGES];
        return 2;
    }
    uint64_t state = mixed(seed * 1000003 + (uint64_t)number);
    int length = 1 + (int)(state % LENGTH_LIMIT);
    for (int i = 0; i < length; i++) {
        state = mixed(state + 0x9e3779b97f4a7c15ULL);
        chosen[i] = &changes[state % CHANGES];
    }
    return length;
}

const char *sequence_text(uint64_t seed, int number)
{
    static char text[TEXT_BYTES];
    const struct change *chosen[LENGTH_LIMIT];
    int length = choose(seed, number, chosen);
    text[0] = 0;
    for (int i = 0; i < length; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, chosen[i]->name);
    }
    return text;
}

void sequence_run(uint64_t seed, int number)
{
    const struct change *chosen[LENGTH_LIMIT];
    int length = choose(seed, number, chosen);
    held = open_file("file", O_RDWR);
    for (int i = 0; i < length; i++) {
        chosen[i]->make();
    }
    shut(held);
}
