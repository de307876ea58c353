/* What a thread knows of the names and files that it owns. */
#ifndef TREE_H
#define TREE_H

#include "writer.h"

enum { NAMES_LIMIT = 2, DIRECTORY_LIMIT = 6, FILE_LIMIT = 8192, OPEN_LIMIT = 8 };

struct own_file {
    uint32_t number;
    int descriptor; /* -1: closed */
    bool pinned;    /* keeps its name */
    bool shared;    /* bytes are everybody's */
    uint64_t size;
    int names;
    char name[NAMES_LIMIT][PATH_LIMIT];
};

struct tree {
    struct own_file *files;
    size_t file_count;
    char directories[DIRECTORY_LIMIT][PATH_LIMIT]; /* the first is the thread's own, and stays */
    int directory_count;
    uint32_t next_number;
    uint32_t next_name;
    void *stream; /* FILE of the file that stdio appends to */
    size_t stream_file;
    size_t large_file;
    size_t prepared;         /* files that were there before; more than this and BUSY_FILES are unlinked again */
    int held;                /* which lock, -1: none */
    size_t lock_file;
};

/* Makes a name that was not used before, in one of the thread's directories or in common/. */
void new_name(struct thread *thread, char path[PATH_LIMIT]);
/* Creates an empty file with this name and returns its position in the tree. */
size_t create_file(struct thread *thread, const char *path);
void write_file(struct thread *thread, size_t position, uint64_t offset, uint64_t length);
void unlink_name(struct thread *thread, size_t position, int name);
void forget_name(struct thread *thread, size_t position, int name);
int descriptor_of(struct thread *thread, size_t position);
void set_path(char to[PATH_LIMIT], const char *from);

#endif
