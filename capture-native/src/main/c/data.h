/*
 * The frame of every change of a file's bytes or size: find out what the descriptor is, announce, make the
 * call, record, end. Thread-safe, signal-safe.
 */
#ifndef CATCHWATER_DATA_H
#define CATCHWATER_DATA_H

#include "call.h"
#include "descriptor.h"
#include "heal.h"
#include "thread.h"

enum data_road {
    /* Not ours: the program makes the call. */
    DATA_PASS,
    /* The call has been made. */
    DATA_MADE,
    /* To be captured: announce, make, record, then data_end. */
    DATA_CAPTURE,
};

struct data_change {
    struct call *call;
    long fd;
    struct descriptor descriptor;
    struct level *level;
    /* False when the change could not be put in order with an overlapping one: its range is read again. */
    bool ordered;
    /* The bytes are read again anyway. */
    bool reread;
    /* The times have changed, and nothing that is recorded otherwise. */
    bool times_only;
    /* Of the same file, open after the call, where fd is -1; else -1. */
    long handle;
};

/* Which way a call on this descriptor goes. After DATA_CAPTURE the level has a slot. */
enum data_road data_begin(struct data_change *change, struct call *call, long fd);

/* As data_begin for a file that is known to be watched, and that the call knows by name. */
enum data_road data_begin_known(struct data_change *change, struct call *call, const struct descriptor *file);

/* Announces the change and waits for those it overlaps. */
void data_announce(struct data_change *change, uint32_t kind, uint64_t start, uint64_t end);

/* Records that the range has to be read again. */
void data_reread(struct data_change *change, uint64_t start, uint64_t end);

/* Records that the file has a new size. */
void data_truncated(struct data_change *change, uint64_t size);

/* The call has failed: has the attributes recorded when it has set the file's times all the same. */
void data_failed(struct data_change *change);

/* Whether the error of a call on ranges of a file (allocate, clone) says that it was refused before anything was done. */
bool data_refused(const struct data_change *change);

/*
 * Ends the change; has the announced range read again if somebody passed it or the descriptor became another file, and
 * records the attributes of a file that may have lost privileges by it, or whose times are all that has changed.
 */
void data_end(struct data_change *change);

/* The size of an open file, or -1. */
int64_t data_file_size(long fd);

#endif
