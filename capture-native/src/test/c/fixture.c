#include "fixture.h"

#include <ftw.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "process.h"
#include "replay.h"
#include "ring.h"

struct fixture fixture;
/* For a replay from the beginning. */
static struct reader second;
bool (*fixture_kernel)(long number, const long argument[6], long *result);

/* The oracle gives nothing back. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

long kernel_replaced(long number, long a, long b, long c, long d, long e, long f)
{
    const long argument[6] = {a, b, c, d, e, f};
    long result;
    if (fixture_kernel != NULL && fixture_kernel(number, argument, &result)) {
        return result;
    }
    return arch_syscall(number, a, b, c, d, e, f);
}

void fixture_begin(uint64_t capacity, uint64_t full_wait_ns)
{
    const char *roots[] = {fixture.root, NULL};
    struct reader_options options = {
        .capacity = capacity, .full_wait_ns = full_wait_ns, .options = RING_OPTION_DENY_IO_URING, .active = 1, .nonce = 0x5eed5eed5eed5eedULL,
    };
    alarm(300);
    strcpy(fixture.root, "/tmp/catchwater-test-XXXXXX");
    CHECK(mkdtemp(fixture.root) != NULL);
    snprintf(fixture.ring, sizeof fixture.ring, "%s.ring", fixture.root);
    reader_make(fixture.ring, &options, roots);
    fixture.reader = reader_open(fixture.ring);
    CHECK(chdir(fixture.root) == 0);
    CHECK(process_start());
    CHECK(ring_map(fixture.ring));
    /* Everything stays attached until the test ends, however it ends. */
    second = reader_open(fixture.ring);
    reader_remove(fixture.ring);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void fixture_end(void)
{
    nftw(fixture.root, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

long fixture_call(long number, long a, long b, long c, long d, long e, long f)
{
    struct call call = {number, {a, b, c, d, e, f}, 0};
    if (!call_capture(&call)) {
        call_make(&call);
    }
    return call.result;
}

static const struct ring_entry *next(void)
{
    uint64_t position;
    const struct ring_entry *entry;
    do {
        entry = reader_next(&fixture.reader, &position);
    } while (entry != NULL && entry->kind == KIND_PROCESS);
    return entry;
}

const struct ring_entry *fixture_expect(uint32_t kind)
{
    const struct ring_entry *entry = next();
    CHECK(entry != NULL);
    if (entry->kind != kind) {
        reader_print(stderr, 0, entry, true);
    }
    CHECK(entry->kind == kind);
    return entry;
}

void fixture_expect_nothing(void)
{
    const struct ring_entry *entry = next();
    if (entry != NULL) {
        reader_print(stderr, 0, entry, true);
    }
    CHECK(entry == NULL);
    CHECK(fixture.reader.position == fixture.reader.header->tail);
}

void fixture_expect_replay(void)
{
    struct reader reader = second;
    const struct ring_entry *entry;
    uint64_t position;
    reader.position = RING_FIRST_POSITION;
    while ((entry = reader_next(&reader, &position)) != NULL) {
        replay_apply(entry, position);
    }
    CHECK(reader.position == reader.header->tail);
    CHECK(replay_compare(fixture.root) == 0);
}
