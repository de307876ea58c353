/* Every captured call once or more, in one process; then the replay of the ring equals the directory. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fixture.h"
#include "call.h"

enum { LARGE = 700 * 1024, FALLOC_PUNCH = 3, FALLOC_COLLAPSE = 8, FALLOC_ZERO = 16, FALLOC_INSERT = 32, FALLOC_KEEP = 1 };

static long make(const char *name, long flags)
{
    return CALL(__NR_openat, AT_FDCWD, name, O_CREAT | O_RDWR | flags, 0640);
}

static void expect_write(uint64_t offset, uint64_t size, uint32_t flags)
{
    const struct ring_entry *entry = fixture_expect(KIND_WRITE);
    CHECK(entry->file_offset == offset && entry->size == size && entry->flags == flags);
    CHECK(entry->length == sizeof *entry + ((flags & FLAG_REREAD) != 0 ? 0 : size));
}

static void writes(void)
{
    static uint8_t large[LARGE];
    char text[] = "0123456789";
    struct iovec vectors[2] = {{text, 4}, {text + 4, 6}};
    long fd = make("writes", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_write, fd, text, 10) == 10);
    expect_write(0, 10, 0);
    CHECK(CALL(__NR_pwrite64, fd, text, 10, 100) == 10);
    expect_write(100, 10, 0);
    CHECK(CALL(__NR_writev, fd, vectors, 2) == 10);
    expect_write(10, 10, 0);
    CHECK(CALL(__NR_pwritev, fd, vectors, 2, 50, 0) == 10);
    expect_write(50, 10, 0);
    CHECK(CALL(__NR_pwritev2, fd, vectors, 2, -1, -1, 0) == 10);
    expect_write(20, 10, 0);
    CHECK(CALL(__NR_pwritev2, fd, vectors, 2, 30, 0, 0x10) == 10);
    expect_write(110, 10, 0);
    memset(large, 7, sizeof large);
    CHECK(CALL(__NR_pwrite64, fd, large, LARGE, 1000) == LARGE);
    expect_write(1000, RING_PAYLOAD_LIMIT, FLAG_CONTINUES);
    expect_write(1000 + RING_PAYLOAD_LIMIT, RING_PAYLOAD_LIMIT, FLAG_CONTINUES | FLAG_CONTINUED);
    expect_write(1000 + 2 * RING_PAYLOAD_LIMIT, LARGE - 2 * RING_PAYLOAD_LIMIT, FLAG_CONTINUED);
    CHECK(CALL(__NR_pwrite64, fd, text, 0, 5) == 0);
    CHECK(CALL(__NR_pwrite64, fd, text, 10, -5) == -22);
    CHECK(CALL(__NR_write, 9999, text, 10) == -E_BADF);
    fixture_expect_nothing();
    CHECK(CALL(__NR_pwrite64, fd, 1, 10, 0) == -E_FAULT);
    fixture_expect(KIND_ATTRIBUTES);
    fixture_expect_nothing();
    CALL(__NR_close, fd);
}

static void appends(void)
{
    long fd = make("appends", O_APPEND);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_write, fd, "abc", 3) == 3);
    expect_write(0, 3, 0);
    CHECK(CALL(__NR_lseek, fd, 0, SEEK_SET) == 0);
    CHECK(CALL(__NR_write, fd, "def", 3) == 3);
    expect_write(3, 3, 0);
    CHECK(CALL(__NR_pwrite64, fd, "ghi", 3, 0) == 3);
    expect_write(6, 3, 0);
    CHECK(CALL(__NR_fcntl, fd, F_SETFL, 0) == 0);
    CHECK(CALL(__NR_pwrite64, fd, "jkl", 3, 0) == 3);
    expect_write(0, 3, 0);
    CALL(__NR_close, fd);
}

static void sizes(void)
{
    long fd = make("sizes", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_ftruncate, fd, 20000) == 0);
    CHECK(fixture_expect(KIND_TRUNCATE)->size == 20000);
    CHECK(CALL(__NR_truncate, "sizes", 30000) == 0);
    CHECK(fixture_expect(KIND_TRUNCATE)->size == 30000);
    CHECK(CALL(__NR_fallocate, fd, 0, 0, 40000) == 0);
    CHECK(fixture_expect(KIND_TRUNCATE)->size == 40000);
    CHECK(CALL(__NR_fallocate, fd, 0, 0, 10) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_fallocate, fd, FALLOC_KEEP, 0, 400000) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_fallocate, fd, FALLOC_KEEP, 0, 0) == -22);
    fixture_expect_nothing();
    CHECK(CALL(__NR_fallocate, fd, FALLOC_PUNCH, 4096, 4096) == 0);
    expect_write(4096, 4096, FLAG_REREAD);
    if (CALL(__NR_fallocate, fd, FALLOC_ZERO, 8192, 100) == 0) {
        expect_write(8192, 100, FLAG_REREAD);
    }
    if (CALL(__NR_fallocate, fd, FALLOC_COLLAPSE, 0, 4096) == 0) {
        expect_write(0, RING_UNBOUNDED, FLAG_REREAD);
    }
    if (CALL(__NR_fallocate, fd, FALLOC_INSERT, 4096, 4096) == 0) {
        expect_write(4096, RING_UNBOUNDED, FLAG_REREAD);
    }
    CALL(__NR_close, fd);
    fd = make("sizes", O_TRUNC);
    CHECK(fixture_expect(KIND_TRUNCATE)->size == 0);
    CALL(__NR_close, fd);
    fd = CALL(__NR_openat, AT_FDCWD, "sizes", O_WRONLY | O_TRUNC, 0);
    CHECK(fixture_expect(KIND_TRUNCATE)->size == 0);
    CALL(__NR_close, fd);
    fixture_expect_nothing();
}

static void transfers(void)
{
    int ends[2];
    long from = make("from", 0);
    long to = make("to", 0);
    int64_t at = 100;
    CALL(__NR_write, from, "0123456789", 10);
    CALL(__NR_lseek, from, 0, SEEK_SET);
    fixture_expect(KIND_CREATE);
    fixture_expect(KIND_CREATE);
    fixture_expect(KIND_WRITE);
    CHECK(CALL(__NR_sendfile, to, from, 0, 4) == 4);
    expect_write(0, 4, FLAG_REREAD);
    CHECK(CALL(__NR_copy_file_range, from, 0, to, &at, 6, 0) == 6);
    expect_write(100, 6, FLAG_REREAD);
    CHECK(pipe(ends) == 0);
    CHECK(CALL(__NR_write, ends[1], "pipe", 4) == 4);
    CHECK(CALL(__NR_splice, ends[0], 0, to, 0, 4, 0) == 4);
    expect_write(4, 4, FLAG_REREAD);
    CALL(__NR_close, from);
    CALL(__NR_close, to);
    fixture_expect_nothing();
}

static void names(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    CHECK(CALL(__NR_mkdir, "dir", 0750) == 0);
    fixture_expect(KIND_MKDIR);
    CHECK(CALL(__NR_mkdir, "dir", 0750) == -17);
    CHECK(CALL(__NR_symlink, "dir/../target", "dir/link") == 0);
    CHECK(((const struct ring_names *)(fixture_expect(KIND_SYMLINK) + 1))->target_length == 13);
    CHECK(CALL(__NR_mknodat, AT_FDCWD, "dir/fifo", S_IFIFO | 0600, 0) == 0);
    fixture_expect(KIND_MKNOD);
    CHECK(CALL(__NR_mknod, "dir/plain", S_IFREG | 0600, 0) == 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_link, "dir/plain", "hard") == 0);
    CHECK(((const struct ring_names *)(fixture_expect(KIND_LINK) + 1))->links == 2);
    CHECK(CALL(__NR_rename, "hard", "dir/plain") == 0);
    fixture_expect_nothing();
    CHECK(CALL(__NR_renameat2, AT_FDCWD, "dir", AT_FDCWD, "hard", 2) == 0);
    fixture_expect(KIND_EXCHANGE);
    CHECK(CALL(__NR_rename, "hard/link", "hard/link2") == 0);
    fixture_expect(KIND_RENAME);
    CHECK(CALL(__NR_renameat2, AT_FDCWD, "hard/link2", AT_FDCWD, "hard/fifo", 1) == -17);
    CHECK(CALL(__NR_rename, "hard/link2", "hard/fifo") == 0);
    fixture_expect(KIND_RENAME);
    CHECK(CALL(__NR_unlink, "hard/plain") == 0);
    CHECK(((const struct ring_names *)(fixture_expect(KIND_UNLINK) + 1))->links == 1);
    CHECK(CALL(__NR_mkdirat, AT_FDCWD, "hard/sub/", 0700) == 0);
    fixture_expect(KIND_MKDIR);
    CHECK(CALL(__NR_rmdir, "hard") == -39);
    CHECK(CALL(__NR_unlinkat, AT_FDCWD, "hard/sub", AT_REMOVEDIR) == 0);
    fixture_expect(KIND_RMDIR);
    long socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(CALL(__NR_bind, socket_fd, &address, sizeof address) == 0);
    fixture_expect(KIND_MKNOD);
    close((int)socket_fd);
    fixture_expect_nothing();
}

static void attributes(void)
{
    struct timespec times[2] = {{1, 2}, {3, 4}};
    long fd = make("attributes", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_fchmod, fd, 0604) == 0);
    CHECK((((const struct ring_names *)(fixture_expect(KIND_ATTRIBUTES) + 1))->mode & 07777) == 0604);
    CHECK(CALL(__NR_chmod, "attributes", 0600) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_fchmodat, AT_FDCWD, "attributes", 0644) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_utimensat, AT_FDCWD, "attributes", times, 0) == 0);
    CHECK(((const struct ring_names *)(fixture_expect(KIND_ATTRIBUTES) + 1))->modified_ns == 3000000004);
    CHECK(CALL(__NR_utimensat, fd, 0, times, 0) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_fchownat, fd, "", getuid(), getgid(), AT_EMPTY_PATH) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_lchown, "attributes", getuid(), getgid()) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CALL(__NR_close, fd);
    fixture_expect_nothing();
}

/* The entry carries so many extended attributes, this one among them. */
static void expect_extended(uint32_t kind, int count, const char *name, const char *value)
{
    const struct ring_entry *entry = fixture_expect(kind);
    const struct ring_names *names = (const struct ring_names *)(entry + 1);
    const uint8_t *at = (const uint8_t *)(names + 1) + names->path_length + names->new_path_length + names->target_length;
    bool found = name == NULL;
    CHECK(names->extended_length != RING_EXTENDED_UNSAID);
    CHECK(at + names->extended_length == (const uint8_t *)entry + entry->length);
    for (const uint8_t *end = at + names->extended_length; at < end; count--) {
        struct ring_extended head;
        memcpy(&head, at, sizeof head);
        at += sizeof head;
        found |= name != NULL && head.name_length == strlen(name) && memcmp(at, name, head.name_length) == 0
            && head.value_length == strlen(value) && memcmp(at + head.name_length, value, head.value_length) == 0;
        at += head.name_length + head.value_length;
    }
    CHECK(found && count == 0);
}

static void extended_attributes(void)
{
    long fd = make("extended", 0);
    expect_extended(KIND_CREATE, 0, NULL, NULL);
    if (CALL(__NR_fsetxattr, fd, "user.one", "1", 1, 0) == -95) {
        CALL(__NR_close, fd);
        return;
    }
    expect_extended(KIND_ATTRIBUTES, 1, "user.one", "1");
    CHECK(CALL(__NR_setxattr, "extended", "user.two", "22", 2, 0) == 0);
    expect_extended(KIND_ATTRIBUTES, 2, "user.two", "22");
    CHECK(CALL(__NR_lsetxattr, "extended", "user.empty", "", 0, 0) == 0);
    expect_extended(KIND_ATTRIBUTES, 3, "user.empty", "");
    CHECK(CALL(__NR_setxattr, "extended", "user.two", "2", 1, XATTR_CREATE) == -17);
    CHECK(CALL(__NR_removexattr, "extended", "user.three") == -61);
    fixture_expect_nothing();
    CHECK(CALL(__NR_fchmod, fd, 0600) == 0);
    expect_extended(KIND_ATTRIBUTES, 3, "user.one", "1");
    CHECK(CALL(__NR_removexattr, "extended", "user.empty") == 0);
    expect_extended(KIND_ATTRIBUTES, 2, "user.one", "1");
    CHECK(CALL(__NR_link, "extended", "extended2") == 0);
    expect_extended(KIND_LINK, 2, "user.one", "1");
    CHECK(CALL(__NR_rename, "extended2", "extended3") == 0);
    expect_extended(KIND_RENAME, 2, "user.two", "22");
    CHECK(CALL(__NR_unlink, "extended3") == 0);
    fixture_expect(KIND_UNLINK);
    CHECK(CALL(__NR_lremovexattr, "extended", "user.two") == 0);
    expect_extended(KIND_ATTRIBUTES, 1, "user.one", "1");
    CHECK(CALL(__NR_fremovexattr, fd, "user.one") == 0);
    expect_extended(KIND_ATTRIBUTES, 0, NULL, NULL);
    struct {
        uint64_t value;
        uint32_t size;
        uint32_t flags;
    } at_value = {(uint64_t)(uintptr_t)"at", 2, 0};
    if (CALL(CALL_SETXATTRAT, AT_FDCWD, "extended", AT_SYMLINK_NOFOLLOW, "user.at", &at_value, sizeof at_value) == 0) {
        expect_extended(KIND_ATTRIBUTES, 1, "user.at", "at");
        CHECK(CALL(CALL_REMOVEXATTRAT, fd, "", AT_EMPTY_PATH, "user.at") == 0);
        expect_extended(KIND_ATTRIBUTES, 0, NULL, NULL);
    }
    CALL(__NR_close, fd);
    fixture_expect_nothing();
}

static long set_capability(const char *path)
{
    const uint32_t capability[5] = {0x02000000, 1, 0, 0, 0};
    return CALL(__NR_setxattr, path, "security.capability", capability, sizeof capability, 0);
}

/* Capabilities are taken away by whatever changes content; the entry after it says so, once. */
static void privileges_taken(void)
{
    long fd = make("capable", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_write, fd, "0123456789", 10) == 10);
    fixture_expect(KIND_WRITE);
    if (set_capability("capable") != 0) {
        CALL(__NR_close, fd);
        return;
    }
    expect_extended(KIND_ATTRIBUTES, 1, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        long other = -1;
        if (i == 0) {
            CHECK(CALL(__NR_pwrite64, fd, "x", 1, 0) == 1);
        } else if (i == 1) {
            CHECK(CALL(__NR_ftruncate, fd, 5) == 0);
        } else if (i == 2) {
            CHECK(CALL(__NR_truncate, "capable", 4) == 0);
        } else if (i == 3) {
            other = make("capable", O_TRUNC);
        } else {
            other = CALL(__NR_openat, AT_FDCWD, "capable", O_WRONLY | O_TRUNC, 0);
        }
        fixture_expect(i == 0 ? KIND_WRITE : KIND_TRUNCATE);
        expect_extended(KIND_ATTRIBUTES, 0, NULL, NULL);
        fixture_expect_nothing();
        CHECK(CALL(__NR_pwrite64, fd, "y", 1, 0) == 1);
        fixture_expect(KIND_WRITE);
        fixture_expect_nothing();
        CHECK(set_capability("capable") == 0);
        expect_extended(KIND_ATTRIBUTES, 1, NULL, NULL);
        if (other >= 0) {
            CALL(__NR_close, other);
        }
    }
    CHECK(CALL(__NR_pwrite64, fd, "x", 1, 0) == 1);
    fixture_expect(KIND_WRITE);
    expect_extended(KIND_ATTRIBUTES, 0, NULL, NULL);
    CHECK(CALL(__NR_fchmod, fd, 04755) == 0);
    fixture_expect(KIND_ATTRIBUTES);
    CHECK(CALL(__NR_pwrite64, fd, "x", 1, 0) == 1);
    fixture_expect(KIND_WRITE);
    fixture_expect(KIND_ATTRIBUTES);
    CALL(__NR_close, fd);
    fixture_expect_nothing();
}

/* What a symlink leads to is changed, or the symlink itself. */
static void extended_attributes_of_links(void)
{
    CHECK(CALL(__NR_symlink, "extended", "soft") == 0);
    expect_extended(KIND_SYMLINK, 0, NULL, NULL);
    if (CALL(__NR_setxattr, "soft", "user.through", "t", 1, 0) == 0) {
        expect_extended(KIND_ATTRIBUTES, 1, "user.through", "t");
    }
    if (CALL(__NR_lsetxattr, "soft", "trusted.itself", "i", 1, 0) == 0) {
        expect_extended(KIND_ATTRIBUTES, 1, "trusted.itself", "i");
    }
    fixture_expect_nothing();
}

static void nameless(void)
{
    char path[64];
    long fd = CALL(__NR_openat, AT_FDCWD, ".", O_TMPFILE | O_RDWR, 0600);
    if (fd == -95) {
        return;
    }
    CHECK(((const struct ring_names *)(fixture_expect(KIND_CREATE) + 1))->path_length == 0);
    CHECK(CALL(__NR_write, fd, "later", 5) == 5);
    expect_write(0, 5, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%ld", fd);
    CHECK(CALL(__NR_linkat, AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW) == 0);
    fixture_expect(KIND_LINK);
    CALL(__NR_close, fd);
}

/* Outside the tree nothing is recorded, until a name crosses the border. */
static void border(void)
{
    char outside[96];
    char beside[128];
    snprintf(outside, sizeof outside, "%s.outside", fixture.root);
    snprintf(beside, sizeof beside, "%s-beside", fixture.root);
    long fd = make(outside, 0);
    CHECK(CALL(__NR_write, fd, "out", 3) == 3);
    CHECK(CALL(__NR_mkdir, beside, 0700) == 0);
    CHECK(CALL(__NR_rmdir, beside) == 0);
    fixture_expect_nothing();
    CHECK(CALL(__NR_rename, outside, "inside") == 0);
    fixture_expect(KIND_RENAME);
    CHECK(CALL(__NR_pwrite64, fd, "in!", 3, 0) == 3);
    expect_write(0, 3, 0);
    CHECK(CALL(__NR_link, "inside", outside) == 0);
    CHECK(((const struct ring_names *)(fixture_expect(KIND_ATTRIBUTES) + 1))->links == 2);
    CHECK(CALL(__NR_link, "inside", outside) == -17);
    fixture_expect_nothing();
    long other = CALL(__NR_openat, AT_FDCWD, outside, O_RDWR, 0);
    CHECK(CALL(__NR_pwrite64, other, "two", 3, 0) == 3);
    expect_write(0, 3, 0);
    CHECK(CALL(__NR_close, other) == 0);
    CHECK(CALL(__NR_rename, "inside", beside) == 0);
    fixture_expect(KIND_RENAME);
    unlink(outside);
    CHECK(CALL(__NR_pwrite64, fd, "out", 3, 0) == 3);
    unlink(beside);
    CALL(__NR_close, fd);
    CHECK(symlink(fixture.root, outside) == 0);
    snprintf(beside, sizeof beside, "%s/through", outside);
    fd = make(beside, 0);
    fixture_expect(KIND_CREATE);
    CALL(__NR_close, fd);
    unlink(outside);
    fixture_expect_nothing();
}

static void ways_around(void)
{
    long fd = make("mapped", 0);
    fixture_expect(KIND_CREATE);
    CALL(__NR_ftruncate, fd, 4096);
    fixture_expect(KIND_TRUNCATE);
    long at = CALL(__NR_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(at > 0);
    CHECK(fixture_expect(KIND_MAPPED)->size == 4096);
    *(char *)at = 'm';
    CHECK(CALL(__NR_munmap, at, 4096) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(CALL(__NR_io_uring_setup, 4, 0) == -E_NOSYS);
        CHECK(CALL(__NR_io_setup, 4, 0) == -E_NOSYS);
    }
    CHECK(fixture_expect(KIND_IO_URING)->size == 0);
    fixture_expect(KIND_KERNEL_AIO);
    fixture.reader.header->active = 0;
    CHECK(CALL(__NR_pwrite64, fd, "n", 1, 0) == 1);
    CHECK(CALL(__NR_pwrite64, fd, "m", 1, 0) == 1);
    fixture.reader.header->active = 2;
    fixture_expect_nothing();
    CALL(__NR_close, fd);
}

/* A number that is closed and used again is never taken for the file that it was. */
static void numbers_used_again(void)
{
    int ends[2];
    long fd = make("number", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_write, fd, "x", 1) == 1);
    expect_write(0, 1, 0);
    CHECK(CALL(__NR_close, fd) == 0);
    CHECK(pipe(ends) == 0);
    CHECK(ends[0] == fd || ends[1] == fd);
    CHECK(CALL(__NR_write, ends[1], "p", 1) == 1);
    fixture_expect_nothing();
    long other = make("number2", 0);
    fixture_expect(KIND_CREATE);
    CHECK(CALL(__NR_dup2, other, ends[1]) == ends[1]);
    CHECK(CALL(__NR_write, ends[1], "d", 1) == 1);
    expect_write(0, 1, 0);
    close(ends[0]);
    CALL(__NR_close, ends[1]);
    CALL(__NR_close, other);
}

int main(void)
{
    fixture_begin(1 << 24, 1000000000);
    writes();
    appends();
    sizes();
    transfers();
    names();
    attributes();
    extended_attributes();
    extended_attributes_of_links();
    privileges_taken();
    nameless();
    border();
    ways_around();
    numbers_used_again();
    CHECK(fixture.reader.header->overruns == 0);
    fixture_expect_replay();
    fixture_end();
    return 0;
}
