/* What the unit tests share: a watched directory, a ring, calls through the handlers, and failing calls. */
#ifndef CATCHWATER_TEST_FIXTURE_H
#define CATCHWATER_TEST_FIXTURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "reader.h"

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

struct fixture {
    char root[64];
    char ring[80];
    struct reader reader;
};
extern struct fixture fixture;

/* Makes a directory and an active ring, and maps it into the handlers. The directory becomes the current one. */
void fixture_begin(uint64_t capacity, uint64_t full_wait_ns);

/* Removes what fixture_begin made. */
void fixture_end(void);

/* Makes a call as a patched site would: through its handler, else straight. Returns what the kernel returns. */
long fixture_call(long number, long a, long b, long c, long d, long e, long f);
#define PICK(number, a, b, c, d, e, f, ...) \
    fixture_call((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL(...) PICK(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/*
 * Every system call of the handlers passes here. Returns true when it has answered in the kernel's place.
 * NULL: all go to the kernel.
 */
extern bool (*fixture_kernel)(long number, const long argument[6], long *result);

/* The next entry of this kind; stops the test when there is none. PROCESS entries are passed over. */
const struct ring_entry *fixture_expect(uint32_t kind);

/* There is no entry left. */
void fixture_expect_nothing(void);

/* Replays all entries from the first and compares with the directory; stops the test when it differs. */
void fixture_expect_replay(void);

#endif
