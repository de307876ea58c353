/* Overlapping writes at once: the ring's order is the file's. */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "fixture.h"

enum { ROUNDS = 21000, BLOCK = 4096, APPENDS = 3000, APPENDERS = 3 };

static pthread_barrier_t barrier;
static long fd;

static void *overwrite(void *argument)
{
    uint64_t me = (uint64_t)argument;
    static __thread uint8_t block[BLOCK];
    unsigned seed = (unsigned)me + 1;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        memset(block, (int)(me * 100 + round % 100), sizeof block);
        pthread_barrier_wait(&barrier);
        for (volatile int spin = rand_r(&seed) % 200; spin > 0; spin--) {
        }
        CHECK(CALL(__NR_pwrite64, fd, block, BLOCK, me * 512) == BLOCK);
        pthread_barrier_wait(&barrier);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

/* After each round, the bytes that both wrote are those of the entry that came last. */
static uint64_t compare_rounds(void)
{
    uint64_t rereads = 0;
    for (int round = 1; round <= ROUNDS; round++) {
        uint8_t shared;
        uint8_t last = 0;
        uint64_t position;
        const struct ring_entry *entry;
        bool reread = false;
        pthread_barrier_wait(&barrier);
        pthread_barrier_wait(&barrier);
        CHECK(pread((int)fd, &shared, 1, 2048) == 1);
        while ((entry = reader_next(&fixture.reader, &position)) != NULL) {
            if (entry->kind == KIND_WRITE) {
                reread |= (entry->flags & FLAG_REREAD) != 0;
                last = *(const uint8_t *)(entry + 1);
            }
        }
        reader_release(&fixture.reader);
        CHECK(reread || last == shared);
        rereads += reread;
        pthread_barrier_wait(&barrier);
    }
    return rereads;
}

static void ring_order_is_file_order(void)
{
    pthread_t thread[2];
    pthread_barrier_init(&barrier, NULL, 3);
    fd = CALL(__NR_openat, AT_FDCWD, "overlap", O_CREAT | O_RDWR, 0600);
    for (uint64_t i = 0; i < 2; i++) {
        CHECK(pthread_create(&thread[i], NULL, overwrite, (void *)(i + 1)) == 0);
    }
    uint64_t rereads = compare_rounds();
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
    }
    CHECK(rereads < ROUNDS / 100);
}

/* Children write through one open file, or each through its own; every record must be where its entry says. */
static void check_appends(bool shared, int flags)
{
    long common = CALL(__NR_openat, AT_FDCWD, "append", O_CREAT | O_TRUNC | O_RDWR | flags, 0600);
    for (uint64_t me = 1; me <= APPENDERS; me++) {
        if (fork() == 0) {
            long own = shared ? common : CALL(__NR_openat, AT_FDCWD, "append", O_RDWR | flags, 0);
            for (uint64_t i = 0; i < APPENDS; i++) {
                uint64_t record[8] = {me, i};
                CHECK(CALL(__NR_write, own, record, sizeof record) == sizeof record);
            }
            _exit(0);
        }
    }
    for (int i = 0; i < APPENDERS; i++) {
        int status;
        wait(&status);
        CHECK(status == 0);
    }
    uint64_t position;
    uint64_t rereads = 0;
    const struct ring_entry *entry;
    while ((entry = reader_next(&fixture.reader, &position)) != NULL) {
        uint64_t there[8];
        if (entry->kind == KIND_WRITE && (entry->flags & FLAG_REREAD) != 0) {
            rereads++;
        } else if (entry->kind == KIND_WRITE) {
            CHECK(pread((int)common, there, sizeof there, (off_t)entry->file_offset) == sizeof there);
            CHECK(memcmp(there, entry + 1, sizeof there) == 0);
        }
    }
    reader_release(&fixture.reader);
    CHECK(rereads < APPENDERS * APPENDS / 100);
    CALL(__NR_close, common);
}

int main(void)
{
    fixture_begin(1 << 23, 2000000000);
    ring_order_is_file_order();
    check_appends(true, O_APPEND);
    check_appends(false, O_APPEND);
    check_appends(true, 0);
    fixture_end();
    return 0;
}
