#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWN_BYTES_LIMIT = 512 << 10, LARGE_FILE_LIMIT = 6 << 20, STREAM_BYTES_LIMIT = 16 << 10, BUSY_FILES = 20 };

void set_path(char to[PATH_LIMIT], const char *from)
{
    size_t length = strlen(from);
    if (length >= PATH_LIMIT)
        fail("path too long: %s", from);
    memmove(to, from, length + 1);
}

static size_t adopt(struct tree *tree, const struct prepared_file *file)
{
    struct own_file *own = &tree->files[tree->file_count];
    *own = (struct own_file){.number = file->number, .descriptor = -1, .size = file->size, .names = 1,
                             .shared = file->role != ROLE_PRIVATE};
    set_path(own->name[0], file->path);
    return tree->file_count++;
}

struct tree *tree_open(struct thread *thread)
{
    struct tree *tree = calloc(1, sizeof *tree);
    if (!tree || !(tree->files = calloc(FILE_LIMIT, sizeof *tree->files)))
        fail("no memory");
    snprintf(tree->directories[0], PATH_LIMIT, "t%02u", thread->index);
    snprintf(tree->directories[1], PATH_LIMIT, "t%02u/d0", thread->index);
    tree->directory_count = 2;
    tree->next_number = (thread->index + 1) << 20;
    tree->held = -1;
    tree->next_name = 1;
    for (size_t i = 0; i < thread->layout->count; i++) {
        const struct prepared_file *file = &thread->layout->files[i];
        if (file->owner != thread->index)
            continue;
        if (tree->file_count >= FILE_LIMIT / 2)
            fail("too many existing files for a thread");
        size_t position = adopt(tree, file);
        const char *base = strrchr(file->path, '/') + 1;
        if (strcmp(base, "stdio") == 0) {
            tree->stream_file = position;
            tree->stream = fopen(file->path, "ae");
            /* A buffer larger than what is put in, so that a flush is one write. glibc heeds the size only with a buffer. */
            char *buffer = malloc(4 * STREAM_BYTES_LIMIT);
            if (!tree->stream || !buffer || setvbuf(tree->stream, buffer, _IOFBF, 4 * STREAM_BYTES_LIMIT) != 0)
                fail("fopen %s", file->path);
            tree->files[position].pinned = true;
        } else if (strcmp(base, "large") == 0) {
            tree->large_file = position;
            tree->files[position].pinned = true;
        }
    }
    tree->prepared = tree->file_count;
    return tree;
}

void new_name(struct thread *thread, char path[PATH_LIMIT])
{
    struct tree *tree = thread->tree;
    uint64_t where = below(thread, (uint64_t)tree->directory_count + 1);
    char made[PATH_LIMIT + 32];
    if (where == (uint64_t)tree->directory_count)
        snprintf(made, sizeof made, "common/t%02u-%u", thread->index, tree->next_name++);
    else
        snprintf(made, sizeof made, "%s/f%u", tree->directories[where], tree->next_name++);
    set_path(path, made);
}

int descriptor_of(struct thread *thread, size_t position)
{
    struct tree *tree = thread->tree;
    struct own_file *file = &tree->files[position];
    char room[4096];
    int open_files = 0;
    if (file->descriptor >= 0)
        return file->descriptor;
    for (size_t i = 0; i < tree->file_count; i++) {
        if (tree->files[i].descriptor >= 0 && ++open_files > OPEN_LIMIT) {
            close(tree->files[i].descriptor);
            tree->files[i].descriptor = -1;
        }
    }
    file->descriptor = open(spelled(thread, file->name[0], room), O_RDWR | O_CLOEXEC);
    if (file->descriptor < 0)
        fail("open %s", file->name[0]);
    return file->descriptor;
}

size_t create_file(struct thread *thread, const char *path)
{
    struct tree *tree = thread->tree;
    static const mode_t modes[] = {0644, 0600, 0666, 0755};
    mode_t mode = modes[below(thread, 4)];
    struct record what = {.kind = KIND_CREATE, .file = tree->next_number++, .mode = mode & ~022u, .call = "open"};
    char room[4096];
    if (tree->file_count == FILE_LIMIT)
        fail("too many files");
    set_path(what.path, path);
    struct own_file *file = &tree->files[tree->file_count];
    *file = (struct own_file){.number = what.file, .names = 1};
    set_path(file->name[0], path);
    struct record *record = begins(thread, &what);
    file->descriptor = open(spelled(thread, path, room), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    ended(record, file->descriptor < 0 ? errno : 0);
    if (file->descriptor < 0)
        fail("create %s", path);
    return tree->file_count++;
}

void write_file(struct thread *thread, size_t position, uint64_t offset, uint64_t length)
{
    struct own_file *file = &thread->tree->files[position];
    int descriptor = descriptor_of(thread, position);
    struct record what = {.kind = KIND_WRITE, .file = file->number, .offset = offset, .length = length};
    choose_call(thread, what.call);
    fill(thread->buffer, length, offset, operation_id(thread));
    struct record *record = begins(thread, &what);
    long written = write_at(descriptor, thread->buffer, length, offset, what.call);
    ended(record, written < 0 ? errno : 0);
    if (written != (long)length)
        fail("%s of %llu bytes took %ld", what.call, (unsigned long long)length, written);
    if (offset + length > file->size)
        file->size = offset + length;
}

static void append_by_stream(struct thread *thread)
{
    struct own_file *file = &thread->tree->files[thread->tree->stream_file];
    uint64_t length = 1 + below(thread, STREAM_BYTES_LIMIT);
    if (file->size > OWN_BYTES_LIMIT)
        return;
    struct record what = {.kind = KIND_WRITE, .file = file->number, .offset = file->size, .length = length, .call = "fflush"};
    fill(thread->buffer, length, file->size, operation_id(thread));
    struct record *record = begins(thread, &what);
    bool good = fwrite(thread->buffer, 1, length, thread->tree->stream) == length && fflush(thread->tree->stream) == 0;
    ended(record, good ? 0 : errno);
    if (!good)
        fail("fwrite");
    file->size += length;
}

static void truncate_file(struct thread *thread, size_t position)
{
    struct own_file *file = &thread->tree->files[position];
    uint64_t limit = position == thread->tree->large_file ? LARGE_FILE_LIMIT : OWN_BYTES_LIMIT;
    uint64_t size = below(thread, 3) ? below(thread, file->size + 1) : below(thread, limit);
    uint64_t how = below(thread, 4);
    struct record what = {.kind = KIND_TRUNCATE, .file = file->number, .length = how == 0 ? 0 : size};
    char room[4096];
    snprintf(what.call, sizeof what.call, "%s", how == 0 ? "open" : how == 1 ? "truncate" : "ftruncate");
    int descriptor = descriptor_of(thread, position);
    const char *path = spelled(thread, file->name[0], room);
    struct record *record = begins(thread, &what);
    int result;
    if (how == 0)
        result = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    else if (how == 1)
        result = truncate(path, (off_t)size);
    else
        result = ftruncate(descriptor, (off_t)size);
    ended(record, result < 0 ? errno : 0);
    if (result < 0)
        fail("%s %s", what.call, path);
    if (how == 0)
        close(result);
    file->size = what.length;
}

static bool private_file(struct thread *thread, size_t *position)
{
    struct tree *tree = thread->tree;
    *position = below(thread, tree->file_count);
    const struct own_file *file = &tree->files[*position];
    return file->names > 0 && !file->shared && !(tree->held >= 0 && *position == tree->lock_file);
}

static void write_large(struct thread *thread)
{
    uint64_t length = (1 << 20) + below(thread, LARGE_BYTES_LIMIT - (1 << 20));
    write_file(thread, thread->tree->large_file, below(thread, LARGE_FILE_LIMIT - length), length);
}

void tree_step(struct thread *thread)
{
    struct tree *tree = thread->tree;
    size_t position;
    if (thread->settings->large_every && below(thread, thread->settings->large_every) == 0) {
        write_large(thread);
        return;
    }
    uint64_t choice = below(thread, 10);
    if (choice == 0) {
        append_by_stream(thread);
    } else if (choice == 1 && tree->file_count < tree->prepared + BUSY_FILES) {
        char path[PATH_LIMIT];
        new_name(thread, path);
        position = create_file(thread, path);
        write_file(thread, position, 0, 1 + below(thread, 8192));
    } else if (choice == 2 && private_file(thread, &position)) {
        truncate_file(thread, position);
    } else if (private_file(thread, &position)) {
        struct own_file *file = &tree->files[position];
        uint64_t length = 1 + below(thread, below(thread, 20) ? 4096 : 65536);
        uint64_t offset = choice < 6 || file->size == 0 ? file->size : below(thread, file->size + 3000);
        if (offset + length > OWN_BYTES_LIMIT && offset + length > file->size)
            offset = below(thread, OWN_BYTES_LIMIT - length);
        write_file(thread, position, offset, length);
    }
}
