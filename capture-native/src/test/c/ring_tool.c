/*
 * ring-tool make FILE MIB ROOT...   makes an active ring
 * ring-tool dump FILE [stable]      prints the entries that are there
 * ring-tool drain FILE              lets writers go on for ever, printing nothing
 * ring-tool check FILE ROOT         replays all entries and compares with the tree
 * ring-tool active FILE NUMBER      switches capture
 * ring-tool blind FILE              lets writers write over what nobody reads (measuring)
 * ring-tool slots FILE              prints the slots in use
 * ring-tool remove FILE             removes the ring
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader.h"
#include "replay.h"

static int make(int count, char **arguments)
{
    struct reader_options options = {
        .capacity = (uint64_t)atol(arguments[3]) << 20,
        .full_wait_ns = 2000000000,
        .options = RING_OPTION_DENY_IO_URING,
        .active = 1,
        .nonce = 0x5ca1ab1e0ddba11ULL,
    };
    (void)count;
    reader_make(arguments[2], &options, (const char *const *)arguments + 4);
    return 0;
}

static int read_all(const char *path, bool print, bool for_ever, bool stable)
{
    struct reader reader = reader_open(path);
    uint64_t position;
    for (;;) {
        const struct ring_entry *entry = reader_next(&reader, &position);
        if (entry != NULL) {
            if (print) {
                reader_print(stdout, position, entry, stable);
            }
            continue;
        }
        if (!for_ever) {
            break;
        }
        reader_release(&reader);
        usleep(200);
    }
    if (print && !stable) {
        printf("position %lu, tail %lu, overruns %lu, name lock %lu\n", reader.position, reader.header->tail,
               reader.header->overruns, reader.header->name_lock);
    }
    return reader.position == reader.header->tail ? 0 : 1;
}

static int check(const char *path, const char *root)
{
    struct reader reader = reader_open(path);
    const struct ring_entry *entry;
    uint64_t position;
    uint64_t count = 0;
    while ((entry = reader_next(&reader, &position)) != NULL) {
        replay_apply(entry, position);
        count++;
    }
    int differences = replay_compare(root) + (reader.position != reader.header->tail) + (reader.header->overruns != 0);
    printf("%lu entries, %lu MiB, %lu read again, %lu unordered, %lu overruns, %s, %d differences\n", count,
           (reader.position - RING_FIRST_POSITION) >> 20, replay_rereads(), replay_unordered(), reader.header->overruns,
           reader.position == reader.header->tail ? "complete" : "STUCK", differences);
    return differences == 0 ? 0 : 1;
}

static int slots(const char *path)
{
    struct reader reader = reader_open(path);
    for (uint32_t i = 0; i < reader.header->slot_high_water; i++) {
        struct ring_slot *slot = &reader.slots[i];
        if (slot->owner != 0) {
            printf("%u owner %lu/%lu start %lu sequence %lu kind %s range %lu-%lu claim %lu+%lu flags %u\n", i, slot->owner >> 32,
                   slot->owner & 0xffffffff, slot->start_time, slot->sequence, reader_kind(slot->kind), slot->range_start,
                   slot->range_end, slot->claim_position, slot->claim_length, slot->flags);
        }
    }
    return 0;
}

int main(int count, char **arguments)
{
    const char *command = count > 2 ? arguments[1] : "";
    bool stable = count > 3 && strcmp(arguments[3], "stable") == 0;
    if (strcmp(command, "make") == 0 && count > 4) {
        return make(count, arguments);
    }
    if (strcmp(command, "dump") == 0) {
        return read_all(arguments[2], true, false, stable);
    }
    if (strcmp(command, "drain") == 0) {
        return read_all(arguments[2], false, true, false);
    }
    if (strcmp(command, "active") == 0 && count > 3) {
        struct reader reader = reader_open(arguments[2]);
        reader.header->active = (uint32_t)atol(arguments[3]);
        return 0;
    }
    if (strcmp(command, "check") == 0 && count > 3) {
        return check(arguments[2], arguments[3]);
    }
    if (strcmp(command, "blind") == 0) {
        struct reader reader = reader_open(arguments[2]);
        reader.header->head_cache = reader.header->head = 1UL << 62;
        return 0;
    }
    if (strcmp(command, "slots") == 0) {
        return slots(arguments[2]);
    }
    if (strcmp(command, "remove") == 0) {
        reader_remove(arguments[2]);
        return 0;
    }
    fprintf(stderr, "usage: ring-tool make|dump|drain|check|active|blind|slots|remove FILE ...\n");
    return 2;
}
