/*
 * The writer: many threads of many processes change one directory by ordinary libc calls, and log what they do
 * outside of it, so that the oracle (io.catchwater.pipeline.oracle) can decide whether a copy of the directory is a
 * prefix of what happened. It knows nothing of capture.
 *
 * What makes the decision exact and cheap is the mix of changes:
 *  - every thread owns the names below `tNN/`, `common/tNN-*` and of some of the shared files; it alone changes them
 *  - the bytes of shared files are written by all threads in whole cells of CELL_BYTES, each of which names its
 *    writer; only one thread cuts a file off
 *  - shared logs are only appended to
 *  - names in `shared/` are taken by replacing (`n*`), or exclusively and given back by the same thread (`e*`)
 */
#ifndef WRITER_H
#define WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CELL_BYTES = 16,
    PATH_LIMIT = 96,
    THREAD_LIMIT = 64,
    LARGE_BYTES_LIMIT = 3 << 20,
    PREPARED_THREAD = 0xFFFF, /* writer of what was there before */
};

/* What a thread is about to do: numbers are the log's, io.catchwater.pipeline.oracle.Kind has the same. */
enum kind {
    KIND_CREATE = 1,
    KIND_WRITE,
    KIND_APPEND,
    KIND_TRUNCATE,
    KIND_UNLINK,
    KIND_RENAME,
    KIND_MKDIR,
    KIND_RMDIR,
    KIND_LINK,
    KIND_SYMLINK,
    KIND_CHMOD,
    KIND_LOCK,
    KIND_PUT,
    KIND_DROP,
};

/* One operation in a thread's log. `end` is 0 until the call has returned. Little-endian, in the log as it is here. */
struct record {
    uint64_t begin;
    uint64_t end;
    uint32_t kind;
    int32_t error; /* errno of the call, 0 for success */
    uint32_t file; /* number of the file concerned, 0 for none */
    uint32_t mode;
    uint64_t offset;
    uint64_t length; /* of TRUNCATE the new size */
    char path[PATH_LIMIT];
    char new_path[PATH_LIMIT];
    char call[16]; /* which libc call, for a reader */
};
_Static_assert(sizeof(struct record) == 256, "the log's record");

struct settings {
    const char *directory; /* absolute */
    const char *log;       /* absolute, outside of directory */
    uint64_t seed;
    uint32_t processes, threads; /* threads of each process */
    double seconds;              /* 0: unbounded */
    uint64_t operations;         /* of each thread, at most */
    uint32_t pause_us;           /* mean pause between two operations */
    uint32_t large_every;        /* one operation in so many is a write of 1 to 3 MiB; 0: none */
    uint64_t shared_bytes;       /* size of each shared file */
    uint32_t shared_files;       /* of each sort */
    const char *existing;        /* COUNT:BYTES,... files that are there before */
};

enum role { ROLE_PRIVATE, ROLE_LANES, ROLE_MIXED, ROLE_CUT, ROLE_LOG, ROLE_OFFSET };

struct prepared_file {
    uint32_t number;
    enum role role;
    uint32_t owner; /* thread that changes its name */
    uint64_t size;
    char path[PATH_LIMIT];
};

struct layout {
    struct prepared_file *files;
    size_t count;
};

enum { NAME_COUNT = 4, LOCK_COUNT = 3 };

struct thread {
    const struct settings *settings;
    const struct layout *layout;
    uint32_t index; /* over all processes */
    uint64_t random;
    struct record *log;
    uint64_t logged;
    uint8_t *buffer; /* LARGE_BYTES_LIMIT */
    struct tree *tree;
    int *shared_descriptors; /* by position in the layout, -1 for private files */
};

/* Ends the whole program with a message: the run is void. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* log.c: a clock that all processes share. A mark taken after a call returned is below any taken before a call that began later. */
void clock_open(const char *log_directory);
void log_open(struct thread *thread);
/* Notes that a call is about to be made; fill in what it does first. Returns the record to give to `ended`. */
struct record *begins(struct thread *thread, const struct record *what);
void ended(struct record *record, int error);
uint64_t operation_id(const struct thread *thread);

/* content.c */
uint64_t next_random(uint64_t *state);
uint64_t below(struct thread *thread, uint64_t limit);
/* Fills `length` bytes as operation `id` writes them at `offset` of a file: cell by cell id and offset of the cell. */
void fill(uint8_t *bytes, uint64_t length, uint64_t offset, uint64_t id);
/* Writes at an offset by one of several calls; the name of the call is put in `call`. Returns what the call returned. */
void choose_call(struct thread *thread, char call[16]);
long write_at(int descriptor, const uint8_t *bytes, uint64_t length, uint64_t offset, const char *call);
/* A path to give to a call: relative or absolute by chance. `room` is overwritten. */
const char *spelled(struct thread *thread, const char *path, char room[4096]);

/* layout.c */
void layout_plan(struct layout *layout, const struct settings *settings);
void layout_prepare(const struct layout *layout, const struct settings *settings);

/* tree.c: what one thread owns. */
struct tree *tree_open(struct thread *thread);
void tree_step(struct thread *thread);

/* names.c: the thread's names, alone and in races for shared ones. */
void names_step(struct thread *thread);

/* shared.c */
void shared_step(struct thread *thread);

#endif
