/* Claiming, wrapping, padding and being full, by many threads of several processes against one reader. */
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "ring.h"
#include "slot.h"
#include "thread.h"

enum { PROCESSES = 3, THREADS = 4, ENTRIES = 4000, PAYLOAD_MOST = 9000 };

static void *append_many(void *argument)
{
    uint64_t writer = (uint64_t)argument;
    struct slot_change change = {KIND_WRITE, {0, writer, 0}, 0, 1};
    static __thread uint8_t payload[PAYLOAD_MOST];
    uint32_t random = (uint32_t)writer * 2654435761U;
    struct level *level = level_enter(__builtin_frame_address(0));
    CHECK(level != NULL && level_take_slot(level));
    for (uint64_t i = 1; i <= ENTRIES; i++) {
        random = random * 1664525 + 1013904223;
        uint64_t length = random % PAYLOAD_MOST;
        for (uint64_t at = 0; at < length; at++) {
            payload[at] = (uint8_t)(i + at);
        }
        struct ring_record record = {
            .kind = KIND_WRITE, .id = {0, writer, 0}, .file_offset = i, .size = length, .part = {{payload, length}},
        };
        slot_announce(level->slot, &change);
        CHECK(ring_append(level->slot, &record) != 0);
        slot_end(level->slot);
    }
    level_leave(level);
    return NULL;
}

static void run_threads(uint64_t process)
{
    pthread_t thread[THREADS];
    for (uint64_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&thread[i], NULL, append_many, (void *)(process * THREADS + i + 1)) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
}

static void check_entry(const struct ring_entry *entry, uint64_t last[PROCESSES * THREADS + 1])
{
    const uint8_t *payload = (const uint8_t *)(entry + 1);
    CHECK(entry->id.inode >= 1 && entry->id.inode <= PROCESSES * THREADS);
    CHECK(entry->file_offset == last[entry->id.inode] + 1);
    CHECK(entry->length == sizeof *entry + entry->size);
    last[entry->id.inode] = entry->file_offset;
    for (uint64_t i = 0; i < entry->size; i++) {
        CHECK(payload[i] == (uint8_t)(entry->file_offset + i));
    }
}

static void nothing_is_lost_or_out_of_order(void)
{
    uint64_t last[PROCESSES * THREADS + 1] = {0};
    uint64_t position;
    for (uint64_t i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            run_threads(i);
            _exit(0);
        }
    }
    for (uint64_t read = 0; read < (uint64_t)PROCESSES * THREADS * ENTRIES;) {
        const struct ring_entry *entry = reader_next(&fixture.reader, &position);
        if (entry == NULL) {
            usleep(50);
        } else if (entry->kind == KIND_WRITE) {
            check_entry(entry, last);
            read++;
        }
        reader_release(&fixture.reader);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        CHECK(status == 0);
    }
    fixture_expect_nothing();
    CHECK(fixture.reader.header->overruns == 0);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Nobody reads: the first writer waits for the bound, the next not at all, until the bridge has seen it. */
static void a_full_ring_is_waited_for_once(double bound)
{
    struct ring_header *header = fixture.reader.header;
    char bytes[4096] = {1};
    long fd = CALL(__NR_openat, AT_FDCWD, "full", O_CREAT | O_RDWR, 0600);
    double begun = seconds();
    while (header->overruns == 0) {
        CHECK(CALL(__NR_pwrite64, fd, bytes, sizeof bytes, 0) == sizeof bytes);
    }
    double waited = seconds() - begun;
    CHECK(waited >= bound * 0.9 && waited < bound + 2);
    begun = seconds();
    for (int i = 0; i < 100; i++) {
        CHECK(CALL(__NR_pwrite64, fd, bytes, sizeof bytes, 0) == sizeof bytes);
    }
    CHECK(seconds() - begun < bound);
    CHECK(header->overruns == 101);
    header->overruns_seen = header->overruns;
    uint64_t position;
    while (reader_next(&fixture.reader, &position) != NULL) {
    }
    reader_release(&fixture.reader);
    CHECK(CALL(__NR_pwrite64, fd, bytes, sizeof bytes, 0) == sizeof bytes);
    CHECK(fixture_expect(KIND_WRITE)->size == sizeof bytes);
}

int main(void)
{
    fixture_begin(1 << 18, 1000000000);
    nothing_is_lost_or_out_of_order();
    a_full_ring_is_waited_for_once(1.0);
    fixture_end();
    return 0;
}
