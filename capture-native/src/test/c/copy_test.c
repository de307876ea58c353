/* What the kernel writes is what is recorded, whatever the buffer is and does, and the answer is the bare call's. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fixture.h"
#include "thread.h"

enum {
    MIB = 1024 * 1024,
    BUFFER_BYTES = COPY_LIMIT_BYTES + MIB,
    SCRIBBLED_BYTES = 96 * 1024,
    SCRIBBLED_WRITES = 1500,
    THREADS = 6,
};

static uint8_t *buffer;

/* The same calls go to both, bare to the first. */
static struct {
    long bare;
    long captured;
} twins;

static void open_twins(int flags)
{
    twins.bare = open("bare", O_CREAT | O_TRUNC | O_RDWR | flags, 0600);
    twins.captured = CALL(__NR_openat, AT_FDCWD, "captured", O_CREAT | O_TRUNC | O_RDWR | flags, 0600);
    CHECK(twins.bare >= 0 && twins.captured >= 0);
}

static ssize_t read_range(const char *name, uint8_t *bytes, const struct ring_entry *entry)
{
    int fd = open(name, O_RDONLY);
    ssize_t length = pread(fd, bytes, entry->size, (off_t)entry->file_offset);
    close(fd);
    return length;
}

/* Takes all entries of writes; what they hold is in the file. Returns how many bytes they hold or are to be read again. */
static uint64_t recorded(bool *reread)
{
    static uint8_t there[4 * MIB];
    uint64_t bytes = 0;
    uint64_t position;
    const struct ring_entry *entry;
    *reread = false;
    while ((entry = reader_next(&fixture.reader, &position)) != NULL) {
        if (entry->kind != KIND_WRITE) {
            continue;
        }
        bytes += entry->size;
        *reread |= (entry->flags & FLAG_REREAD) != 0;
        if ((entry->flags & FLAG_REREAD) == 0) {
            CHECK(entry->size <= sizeof there);
            /* The kernel's answer to RWF_NOWAIT depends on what is cached: both are read. */
            CHECK(read_range("bare", there, entry) >= 0);
            CHECK(read_range("captured", there, entry) == (ssize_t)entry->size);
            CHECK(memcmp(there, entry + 1, entry->size) == 0);
        }
    }
    reader_release(&fixture.reader);
    return bytes;
}

/* The answer of both. Recorded with its bytes, unless it may be read again. */
static long both(bool may_reread, long number, long a, long b, long c, long d, long e)
{
    long bare = arch_syscall(number, twins.bare, a, b, c, d, e);
    long captured = CALL(number, twins.captured, a, b, c, d, e);
    if (bare != captured) {
        fprintf(stderr, "call %ld: %ld bare, %ld captured\n", number, bare, captured);
    }
    CHECK(bare == captured);
    bool reread;
    uint64_t bytes = recorded(&reread);
    CHECK(may_reread || !reread);
    CHECK(captured <= 0 || bytes == (uint64_t)captured);
    return captured;
}
#define BOTH(number, ...) BOTH_OF(false, number, __VA_ARGS__, 0, 0, 0, 0, 0)
#define BOTH_OR_REREAD(number, ...) BOTH_OF(true, number, __VA_ARGS__, 0, 0, 0, 0, 0)
#define BOTH_OF(may, number, a, b, c, d, e, ...) both(may, number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static void expect_twins_equal(void)
{
    static uint8_t there[2][4 * MIB];
    int fd[2] = {open("bare", O_RDONLY), open("captured", O_RDONLY)};
    ssize_t length;
    do {
        length = read(fd[0], there[0], sizeof there[0]);
        CHECK(length >= 0 && read(fd[1], there[1], sizeof there[1]) == length);
        CHECK(memcmp(there[0], there[1], (size_t)length) == 0);
    } while (length > 0);
    close(fd[0]);
    close(fd[1]);
}

static void close_twins(void)
{
    expect_twins_equal();
    close((int)twins.bare);
    CALL(__NR_close, twins.captured);
}

/* Wherever a buffer lies: on a direct descriptor some are refused, and have to stay so. */
static void alignments(int flags)
{
    static const uint64_t places[] = {0, 1, 4, 8, 64, 511, 512, 1024, 4095};
    static const uint64_t lengths[] = {512, 4096, 8192, 100, STAGING_BYTES};
    int refused = 0;
    open_twins(flags);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
            uint8_t *at = buffer + places[i];
            struct iovec apart[3] = {{buffer, 4096}, {at + 3 * 4096, lengths[j]}, {at + MIB, 4096}};
            refused += BOTH_OR_REREAD(__NR_pwrite64, at, lengths[j], 4096 * j) < 0;
            refused += BOTH_OR_REREAD(__NR_pwritev, apart, 3, MIB) < 0;
            refused += BOTH_OR_REREAD(__NR_pwrite64, at, lengths[j], 4096 + places[i]) < 0;
        }
    }
    CHECK((refused > 0) == (flags != 0));
    close_twins();
}

/* The kernel refuses a later vector when it has written the ones before: what is left of that is read again. */
static void refused_half_way(void)
{
    struct iovec misaligned[2] = {{buffer, 4 * MIB}, {buffer + 5 * MIB + 1, 4096}};
    struct iovec unreadable[2] = {{buffer, 4 * MIB}, {(void *)8, 4096}};
    struct iovec *pieces[2] = {misaligned, unreadable};
    for (int i = 0; i < 2; i++) {
        open_twins(O_DIRECT);
        memset(buffer, 'a' + i, 4 * MIB);
        BOTH_OR_REREAD(__NR_pwritev, misaligned, 1, 0);
        memset(buffer, 'A' + i, 4 * MIB);
        CHECK(arch_syscall(__NR_pwritev, twins.bare, (long)pieces[i], 2, 0, 0, 0) < 0);
        CHECK(CALL(__NR_pwritev, twins.captured, pieces[i], 2, 0) < 0);
        bool reread;
        CHECK(recorded(&reread) >= 4 * MIB && reread);
        CALL(__NR_close, twins.captured);
        close((int)twins.bare);
    }
}

static void vectors(void)
{
    static struct iovec many[1025];
    open_twins(0);
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){buffer + (1024 - i) * 5000 + i, (size_t)(i % 7) * 30};
    }
    CHECK(BOTH(__NR_writev, many, 1024) > 0);
    CHECK(BOTH(__NR_pwritev, many, 1024, 77) > 0);
    CHECK(BOTH(__NR_writev, many, 1025) == -EINVAL);
    CHECK(BOTH(__NR_writev, many, 0) == 0);
    CHECK(BOTH(__NR_writev, many, -1) == -EINVAL);
    struct iovec none[3] = {{NULL, 0}, {buffer, 0}, {(void *)-4096L, 0}};
    CHECK(BOTH(__NR_writev, none, 2) == 0);
    BOTH(__NR_writev, none, 3);
    struct iovec between[4] = {{NULL, 0}, {buffer + 1, 5}, {(void *)8, 0}, {buffer + 3, 7}};
    CHECK(BOTH(__NR_writev, between, 4) == 12);
    struct iovec negative[2] = {{buffer, 10}, {buffer, (size_t)-1}};
    CHECK(BOTH(__NR_writev, negative, 2) == -EINVAL);
    struct iovec large[3] = {{buffer + 1, 3 * MIB}, {buffer + 7, 5 * MIB}, {buffer, 100}};
    CHECK(BOTH(__NR_writev, large, 3) == 8 * MIB + 100);
    close_twins();
}

static void flags_of_pwritev2(void)
{
    enum { HIPRI = 1, DSYNC = 2, SYNC = 4, NOWAIT = 8, APPEND = 16, NO_APPEND = 32, ATOMIC = 64, DONTCACHE = 128, UNKNOWN = 1 << 30 };
    static const long flags[] = {0, HIPRI, DSYNC, SYNC, DSYNC | SYNC, NOWAIT, APPEND, NO_APPEND, ATOMIC, DONTCACHE, UNKNOWN, APPEND | DSYNC};
    struct iovec pieces[2] = {{buffer + 4096, 4096}, {buffer + 4 * 4096, 4096}};
    struct iovec one[1] = {{buffer + 4096, 4096}};
    for (int direct = 0; direct < 2; direct++) {
        open_twins(direct ? O_DIRECT : 0);
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
            BOTH(__NR_pwritev2, one, 1, 8192, 0, flags[i]);
            BOTH(__NR_pwritev2, pieces, 2, 3 * 4096, 0, flags[i]);
            BOTH(__NR_pwritev2, pieces, 2, -1, -1, flags[i]);
        }
        close_twins();
    }
}

/* Maps and unmaps of large copies, counted. */
static atomic_int maps;
static atomic_long mapped_bytes;

static bool count_maps(long number, const long argument[6], long *result)
{
    (void)result;
    if (number == __NR_mmap && argument[1] >= MIB) {
        maps++;
        mapped_bytes += argument[1];
    } else if (number == __NR_munmap && argument[1] >= MIB) {
        mapped_bytes -= argument[1];
    }
    return false;
}

static bool no_memory(long number, const long argument[6], long *result)
{
    *result = -ENOMEM;
    return number == __NR_mmap && argument[1] >= MIB;
}

static void lengths(void)
{
    static const uint64_t sizes[] = {STAGING_BYTES - 1, STAGING_BYTES, STAGING_BYTES + 1, STAGING_BYTES + 4096, STAGING_BYTES + 4097, 3 * MIB,
                                     KEPT_COPY_LIMIT_BYTES, KEPT_COPY_LIMIT_BYTES + 1, COPY_LIMIT_BYTES};
    open_twins(0);
    thread_end();
    fixture_kernel = count_maps;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK(BOTH(__NR_pwrite64, buffer, sizes[i], 5) == (long)sizes[i]);
        CHECK(sizes[i] > 3 * MIB || BOTH(__NR_pwrite64, buffer + 4095, sizes[i], 5) == (long)sizes[i]);
        CHECK(mapped_bytes <= KEPT_COPY_LIMIT_BYTES);
    }
    CHECK(BOTH_OR_REREAD(__NR_pwrite64, buffer, COPY_LIMIT_BYTES + 1, 5) == COPY_LIMIT_BYTES + 1);
    CHECK(mapped_bytes == 0);
    int before = maps;
    for (int i = 0; i < 20; i++) {
        CHECK(BOTH(__NR_pwrite64, buffer + i, 3 * MIB - 50 * i, 5) == 3 * MIB - 50 * i);
    }
    CHECK(maps == before + 1);
    fixture_kernel = no_memory;
    CHECK(BOTH_OR_REREAD(__NR_pwrite64, buffer, 5 * MIB, 5) == 5 * MIB);
    fixture_kernel = NULL;
    close_twins();
}

static pthread_barrier_t barrier;

static void *write_large(void *unused)
{
    (void)unused;
    CHECK(CALL(__NR_pwrite64, twins.captured, buffer, KEPT_COPY_LIMIT_BYTES, 0) == KEPT_COPY_LIMIT_BYTES);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    thread_end();
    return NULL;
}

/* Threads keep so much together, and nothing when they have ended. */
static void memory_is_given_back(void)
{
    pthread_t thread[THREADS];
    thread_end();
    mapped_bytes = 0;
    fixture_kernel = count_maps;
    open_twins(0);
    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&thread[i], NULL, write_large, NULL) == 0);
    }
    pthread_barrier_wait(&barrier);
    CHECK(mapped_bytes > 0 && mapped_bytes <= KEPT_COPIES_LIMIT_BYTES);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    CHECK(mapped_bytes == 0);
    fixture_kernel = NULL;
    bool reread;
    CHECK(recorded(&reread) == THREADS * (uint64_t)KEPT_COPY_LIMIT_BYTES && !reread);
    CHECK(pwrite((int)twins.bare, buffer, KEPT_COPY_LIMIT_BYTES, 0) == KEPT_COPY_LIMIT_BYTES);
    close_twins();
}

static void faults_in_the_midst(void)
{
    uint8_t *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(pages, 'p', 4 * 4096);
    CHECK(CALL(__NR_mprotect, pages + 2 * 4096, 4096, PROT_NONE) == 0);
    open_twins(0);
    struct iovec pieces[3] = {{pages, 4096}, {pages + 4096 + 100, 8000}, {pages + 3 * 4096, 100}};
    BOTH_OR_REREAD(__NR_pwrite64, pages, 4 * 4096, 0);
    BOTH_OR_REREAD(__NR_pwrite64, pages + 100, 4 * 4096 - 100, 0);
    BOTH_OR_REREAD(__NR_write, pages + 4096, 4 * 4096 - 4096);
    BOTH_OR_REREAD(__NR_pwritev, pieces, 3, 50);
    BOTH_OR_REREAD(__NR_pwritev, pieces + 1, 2, 50);
    BOTH_OR_REREAD(__NR_pwrite64, pages + 2 * 4096, 10, 0);
    CHECK(CALL(__NR_munmap, pages, 4 * 4096) == 0);
    close_twins();
}

static void short_by_limit(void)
{
    struct rlimit before;
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    struct rlimit limit = {10000, before.rlim_max};
    struct iovec pieces[3] = {{buffer + 3, 4000}, {buffer + 9000, 4000}, {buffer, 4000}};
    signal(SIGXFSZ, SIG_IGN);
    open_twins(0);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(BOTH(__NR_pwrite64, buffer, 12000, 0) == 10000);
    CHECK(BOTH(__NR_pwritev, pieces, 3, 0) == 10000);
    CHECK(BOTH(__NR_pwritev, pieces, 3, 9999) == 1);
    CHECK(BOTH(__NR_pwrite64, buffer, MIB, 3) == 9997);
    CHECK(BOTH(__NR_pwrite64, buffer, 10, 10000) == -EFBIG);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    close_twins();
}

static atomic_bool scribbling = true;

static void *scribble(void *unused)
{
    (void)unused;
    volatile uint64_t *words = (volatile uint64_t *)buffer;
    for (uint64_t value = 1; scribbling; value++) {
        for (size_t i = 0; i < SCRIBBLED_BYTES / sizeof *words; i++) {
            words[i] = value;
        }
    }
    return NULL;
}

/* A thread stores into the buffer without pause while another writes it out. */
static void scribbled_buffer(void)
{
    pthread_t thread;
    struct iovec pieces[3] = {{buffer + 5, 7000}, {buffer + 20000, 50000}, {buffer + 16384, 8192}};
    open_twins(0);
    CHECK(pthread_create(&thread, NULL, scribble, NULL) == 0);
    for (int i = 0; i < SCRIBBLED_WRITES; i++) {
        bool reread;
        CHECK(CALL(__NR_pwrite64, twins.captured, buffer, SCRIBBLED_BYTES, 4096 * (i % 8)) == SCRIBBLED_BYTES);
        CHECK(recorded(&reread) == SCRIBBLED_BYTES && !reread);
        CHECK(CALL(__NR_pwritev, twins.captured, pieces, 3, i) == 65192);
        CHECK(recorded(&reread) == 65192 && !reread);
        CHECK(CALL(__NR_write, twins.captured, buffer + 1, 4096) == 4096);
        CHECK(recorded(&reread) == 4096 && !reread);
    }
    scribbling = false;
    pthread_join(thread, NULL);
    CALL(__NR_close, twins.captured);
    close((int)twins.bare);
}

int main(void)
{
    bool reread;
    fixture_begin(1 << 27, 2000000000);
    buffer = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(buffer != MAP_FAILED);
    for (size_t i = 0; i < BUFFER_BYTES; i++) {
        buffer[i] = (uint8_t)((i * 2654435761u) >> 24);
    }
    alignments(0);
    alignments(O_DIRECT);
    refused_half_way();
    vectors();
    flags_of_pwritev2();
    lengths();
    memory_is_given_back();
    faults_in_the_midst();
    short_by_limit();
    scribbled_buffer();
    CHECK(recorded(&reread) == 0);
    fixture_end();
    return 0;
}
