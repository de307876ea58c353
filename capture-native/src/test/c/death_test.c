/* kill -9 between a write and its entry: the slot names what was being written; locks of the dead are taken. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "fixture.h"
#include "process.h"
#include "slot.h"

enum { ROUNDS = 300, BLOCKS = 1000, BLOCK = 4096 };

static void write_for_ever(long fd)
{
    uint64_t block[BLOCK / sizeof(uint64_t)] = {0};
    for (uint64_t i = 1;; i++) {
        block[0] = i;
        CALL(__NR_pwrite64, fd, block, BLOCK, i % BLOCKS * BLOCK);
    }
}

static uint64_t newest_in_ring(void)
{
    uint64_t newest = 0;
    uint64_t position;
    const struct ring_entry *entry;
    while ((entry = reader_next(&fixture.reader, &position)) != NULL) {
        if (entry->kind == KIND_WRITE) {
            newest = *(const uint64_t *)(entry + 1);
        }
        reader_release(&fixture.reader);
    }
    return newest;
}

static uint64_t newest_in_file(long fd)
{
    uint64_t newest = 0;
    for (int i = 0; i < BLOCKS; i++) {
        uint64_t there = 0;
        CHECK(pread((int)fd, &there, sizeof there, (off_t)i * BLOCK) >= 0);
        newest = there > newest ? there : newest;
    }
    return newest;
}

/* What the bridge does with a dead writer's slots: PAD for a claim without its entry, then free. */
static bool bury(uint64_t offset)
{
    bool named = false;
    for (uint32_t i = 0; i < fixture.reader.header->slot_high_water; i++) {
        struct ring_slot *slot = &fixture.reader.slots[i];
        if (slot->owner == 0 || !process_thread_gone(slot->owner, slot->start_time)) {
            continue;
        }
        if (slot_in_flight(slot)) {
            named |= slot->range_start <= offset && offset < slot->range_end;
            struct ring_header *header = fixture.reader.header;
            uint64_t at = slot->claim_position;
            struct ring_entry *entry = (struct ring_entry *)(fixture.reader.entries + (at & (header->capacity - 1)));
            if (at != 0 && at >= fixture.reader.position && at < header->tail && entry->commit != (at ^ header->nonce)) {
                entry->length = (uint32_t)slot->claim_length;
                entry->kind = KIND_PAD;
                entry->commit = at ^ header->nonce;
            }
            slot->sequence++;
        }
        slot_release(slot);
    }
    return named;
}

static void the_slot_names_what_is_missing(void)
{
    uint64_t missing = 0;
    long fd = CALL(__NR_openat, AT_FDCWD, "killed", O_CREAT | O_RDWR, 0600);
    for (int round = 0; round < ROUNDS; round++) {
        CHECK(ftruncate((int)fd, 0) == 0);
        pid_t child = fork();
        if (child == 0) {
            write_for_ever(fd);
        }
        uint64_t ringed = newest_in_ring();
        while (ringed == 0) {
            ringed = newest_in_ring();
        }
        for (int spin = rand() % 40; spin > 0; spin--) {
            uint64_t newer = newest_in_ring();
            ringed = newer > ringed ? newer : ringed;
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        uint64_t newer = newest_in_ring();
        ringed = newer > ringed ? newer : ringed;
        uint64_t filed = newest_in_file(fd);
        bool named = bury(filed % BLOCKS * BLOCK);
        newer = newest_in_ring();
        ringed = newer > ringed ? newer : ringed;
        CHECK(ringed <= filed);
        CHECK(ringed == filed || named);
        CHECK(fixture.reader.position == fixture.reader.header->tail);
        missing += ringed != filed;
    }
    printf("death: %lu of %d kills left a write that only its slot named\n", missing, ROUNDS);
}

static void a_dead_owners_lock_is_taken(void)
{
    int ready[2];
    CHECK(pipe(ready) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct slot_change change = {KIND_RENAME, {0, 0, 0}, 0, RING_UNBOUNDED};
        struct ring_slot *slot = slot_acquire(process_self(), (uint32_t)getpid());
        slot_announce(slot, &change);
        CHECK(slot_lock_names(slot));
        CHECK(write(ready[1], "", 1) == 1);
        pause();
    }
    char byte;
    CHECK(read(ready[0], &byte, 1) == 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(CALL(__NR_mkdir, "after", 0700) == 0);
    CHECK((fixture_expect(KIND_MKDIR)->flags & FLAG_UNORDERED) == 0);
    CHECK(fixture.reader.header->name_lock == 0);
    bury(0);
}

int main(void)
{
    fixture_begin(1 << 22, 1000000000);
    the_slot_names_what_is_missing();
    a_dead_owners_lock_is_taken();
    fixture_end();
    return 0;
}
