/* Time without the C library. Thread-safe and signal-safe. */
#ifndef CATCHWATER_CLOCK_H
#define CATCHWATER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since 1970. */
uint64_t clock_wall_ns(void);

/* Finds the kernel's own fast clock; without it every reading is a system call. Called once, before any handler. */
void clock_start(char **environment);

/* A bounded wait: short turns first, then longer sleeps. */
struct patience {
    uint64_t deadline_ns;
    uint32_t turns;
};

/* Begins a wait of at most so many nanoseconds. */
struct patience patience_begin(uint64_t limit_ns);

/* Waits a moment; false when the time is over. */
bool patience_wait(struct patience *patience);

/* Whether this turn is one in which a look at the other's process is due (about every millisecond). */
bool patience_should_look(const struct patience *patience);

#endif
