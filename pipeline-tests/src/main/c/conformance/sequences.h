/*
 * All pairs of changes, then random sequences of one to three, each in a directory of its own: what one change leaves
 * behind is what the next one meets. The same seed gives the same sequences.
 */
#ifndef CONFORMANCE_SEQUENCES_H
#define CONFORMANCE_SEQUENCES_H

#include <stdint.h>

/* The names of the changes of a sequence, divided by spaces; valid until the next call. */
const char *sequence_text(uint64_t seed, int number);

/* Does them in the current directory. A change that cannot be made is passed over. */
void sequence_run(uint64_t seed, int number);

#endif
