#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

/* Logs and makes one change of names that succeeds, or fails with `allowed`. Returns its errno. */
static int change(struct thread *thread, struct record *what, int allowed)
{
    char room[4096], new_room[4096];
    const char *path = spelled(thread, what->path, room), *new_path = spelled(thread, what->new_path, new_room);
    struct record *record = begins(thread, what);
    int result = -1;
    switch (what->kind) {
    case KIND_DROP:
    case KIND_UNLINK: result = unlink(path); break;
    case KIND_PUT:
    case KIND_RENAME: result = rename(path, new_path); break;
    case KIND_MKDIR: result = mkdir(path, what->mode); break;
    case KIND_RMDIR: result = rmdir(path); break;
    case KIND_LOCK:
    case KIND_LINK: result = link(path, new_path); break;
    case KIND_SYMLINK: result = symlink(what->new_path, path); break;
    case KIND_CHMOD: result = chmod(path, what->mode); break;
    default: fail("kind %u", what->kind);
    }
    int error = result == 0 ? 0 : errno;
    ended(record, error);
    if (error != 0 && error != allowed)
        fail("%s %s %s", what->call, what->path, what->new_path);
    return error;
}

static struct record named(enum kind kind, const char *call, const char *path, const char *new_path)
{
    struct record what = {.kind = kind};
    snprintf(what.call, sizeof what.call, "%s", call);
    set_path(what.path, path);
    set_path(what.new_path, new_path);
    return what;
}

/* The last file takes the place of one that has no name any more. */
static void forget_file(struct tree *tree, size_t position)
{
    size_t last = --tree->file_count;
    if (tree->files[position].descriptor >= 0)
        close(tree->files[position].descriptor);
    tree->files[position] = tree->files[last];
    if (tree->stream_file == last)
        tree->stream_file = position;
    if (tree->large_file == last)
        tree->large_file = position;
    if (tree->held >= 0 && tree->lock_file == last)
        tree->lock_file = position;
}

void forget_name(struct thread *thread, size_t position, int name)
{
    struct own_file *file = &thread->tree->files[position];
    file->names--;
    if (name == 0)
        set_path(file->name[0], file->name[1]);
    if (file->names == 0)
        forget_file(thread->tree, position);
}

void unlink_name(struct thread *thread, size_t position, int name)
{
    struct own_file *file = &thread->tree->files[position];
    struct record what = named(KIND_UNLINK, "unlink", file->name[name], "");
    bool keeps_writing = file->names == 1 && !file->shared && below(thread, 4) == 0;
    if (keeps_writing)
        descriptor_of(thread, position);
    change(thread, &what, 0);
    /* What is written to a file without a name must not bring it back. */
    if (keeps_writing)
        write_file(thread, position, below(thread, 5000), 1 + below(thread, 5000));
    forget_name(thread, position, name);
}

static void rename_to(struct thread *thread, size_t position, int name, const char *path)
{
    struct own_file *file = &thread->tree->files[position];
    struct record what = named(KIND_RENAME, "rename", file->name[name], path);
    change(thread, &what, 0);
    set_path(file->name[name], path);
}

/* A shared file keeps its name in data/, and has now and then another one behind a dot. */
static void shared_name(struct thread *thread, size_t position, char path[PATH_LIMIT])
{
    const struct own_file *file = &thread->tree->files[position];
    const char *base = strrchr(file->name[0], '/') + 1;
    char made[PATH_LIMIT + 32];
    snprintf(made, sizeof made, "data/%.*s.%u", (int)strcspn(base, "."), base, thread->tree->next_name++);
    set_path(path, made);
}

static void step_file(struct thread *thread)
{
    struct tree *tree = thread->tree;
    size_t position = below(thread, tree->file_count), other = below(thread, tree->file_count);
    struct own_file *file = &tree->files[position];
    if (file->names == 0 || (tree->held >= 0 && (position == tree->lock_file || other == tree->lock_file)))
        return;
    int name = (int)below(thread, (uint64_t)file->names);
    uint64_t choice = below(thread, 8);
    char path[PATH_LIMIT];
    if (file->shared)
        shared_name(thread, position, path);
    else
        new_name(thread, path);
    bool spare = tree->file_count > tree->prepared && !file->pinned && !file->shared;
    if (choice < 3) {
        rename_to(thread, position, name, path);
    } else if (choice < 5 && file->names < NAMES_LIMIT) {
        struct record what = named(KIND_LINK, "link", file->name[0], path);
        change(thread, &what, 0);
        set_path(file->name[file->names++], path);
    } else if (file->names > 1 || (spare && choice == 5)) {
        unlink_name(thread, position, name);
    } else if (spare && choice == 6 && other != position && !tree->files[other].pinned && !tree->files[other].shared &&
               tree->files[other].names == 1) {
        set_path(path, tree->files[other].name[0]);
        rename_to(thread, position, name, path);
        forget_name(thread, other, 0);
    } else if (choice == 7) {
        struct record what = named(KIND_CHMOD, "chmod", file->name[0], "");
        what.mode = below(thread, 2) ? 0640 : 0604;
        change(thread, &what, 0);
    }
}

static bool below_directory(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static void moved(char name[PATH_LIMIT], const char *from, const char *to)
{
    char made[2 * PATH_LIMIT];
    if (!below_directory(name, from))
        return;
    snprintf(made, sizeof made, "%s%s", to, name + strlen(from));
    set_path(name, made);
}

static void rename_directory(struct thread *thread, int position)
{
    struct tree *tree = thread->tree;
    char from[PATH_LIMIT], to[PATH_LIMIT], made[PATH_LIMIT + 32];
    set_path(from, tree->directories[position]);
    const char *parent = tree->directories[below(thread, (uint64_t)tree->directory_count)];
    if (below_directory(parent, from) || strlen(parent) > PATH_LIMIT / 4)
        return;
    snprintf(made, sizeof made, "%s/d%u", parent, tree->next_name++);
    set_path(to, made);
    struct record what = named(KIND_RENAME, "rename", from, to);
    change(thread, &what, 0);
    for (int i = 0; i < tree->directory_count; i++)
        moved(tree->directories[i], from, to);
    for (size_t i = 0; i < tree->file_count; i++)
        for (int name = 0; name < tree->files[i].names; name++)
            moved(tree->files[i].name[name], from, to);
}

static bool used(const struct tree *tree, const char *directory)
{
    for (int i = 0; i < tree->directory_count; i++)
        if (below_directory(tree->directories[i], directory) && strcmp(tree->directories[i], directory) != 0)
            return true;
    for (size_t i = 0; i < tree->file_count; i++)
        for (int name = 0; name < tree->files[i].names; name++)
            if (below_directory(tree->files[i].name[name], directory))
                return true;
    return false;
}

static void step_directory(struct thread *thread)
{
    struct tree *tree = thread->tree;
    int position = (int)below(thread, (uint64_t)tree->directory_count);
    uint64_t choice = below(thread, 4);
    char made[PATH_LIMIT + 32];
    if (choice == 0 && tree->directory_count < DIRECTORY_LIMIT && strlen(tree->directories[position]) < PATH_LIMIT / 3) {
        snprintf(made, sizeof made, "%s/d%u", tree->directories[position], tree->next_name++);
        struct record what = named(KIND_MKDIR, "mkdir", made, "");
        what.mode = below(thread, 2) ? 0755 : 0700;
        change(thread, &what, 0);
        set_path(tree->directories[tree->directory_count++], made);
    } else if (choice == 0) {
        snprintf(made, sizeof made, "common/t%02u-d%u", thread->index, tree->next_name++);
        struct record what = named(KIND_MKDIR, "mkdir", made, "");
        what.mode = 0711;
        change(thread, &what, 0);
        what = named(KIND_RMDIR, "rmdir", made, "");
        change(thread, &what, 0);
    } else if (choice == 1 && position > 0 && !used(tree, tree->directories[position])) {
        struct record what = named(KIND_RMDIR, "rmdir", tree->directories[position], "");
        change(thread, &what, 0);
        tree->directory_count--;
        set_path(tree->directories[position], tree->directories[tree->directory_count]);
    } else if (choice == 2 && position > 0) {
        rename_directory(thread, position);
    } else if (choice == 3) {
        /* A symlink lives for one step, so that it need not be known of. */
        snprintf(made, sizeof made, "common/t%02u-l%u", thread->index, tree->next_name++);
        struct record what = named(KIND_SYMLINK, "symlink", made, "somewhere/else");
        change(thread, &what, 0);
        what = named(KIND_UNLINK, "unlink", made, "");
        change(thread, &what, 0);
    }
}

static size_t prepare_for_sharing(struct thread *thread)
{
    char path[PATH_LIMIT];
    new_name(thread, path);
    size_t position = create_file(thread, path);
    write_file(thread, position, 0, CELL_BYTES * (1 + below(thread, 200)));
    return position;
}

static void put(struct thread *thread)
{
    struct tree *tree = thread->tree;
    char target[PATH_LIMIT];
    uint64_t number = below(thread, NAME_COUNT);
    snprintf(target, sizeof target, "shared/n%u", (unsigned)number);
    if (number % (thread->settings->processes * thread->settings->threads) == thread->index && below(thread, 4) == 0) {
        struct record what = named(KIND_DROP, "unlink", target, "");
        change(thread, &what, ENOENT);
        return;
    }
    size_t position = prepare_for_sharing(thread);
    struct record what = named(KIND_PUT, "rename", tree->files[position].name[0], target);
    what.file = tree->files[position].number;
    change(thread, &what, 0);
    forget_name(thread, position, 0);
}

static void lock(struct thread *thread)
{
    struct tree *tree = thread->tree;
    char target[PATH_LIMIT];
    int number = tree->held >= 0 ? tree->held : (int)below(thread, LOCK_COUNT);
    snprintf(target, sizeof target, "shared/e%d", number);
    if (tree->held >= 0) {
        if (below(thread, 3) == 0) {
            char path[PATH_LIMIT];
            new_name(thread, path);
            rename_to(thread, tree->lock_file, 1, path);
        } else {
            struct record what = named(KIND_UNLINK, "unlink", target, "");
            change(thread, &what, 0);
            tree->files[tree->lock_file].names = 1;
        }
        tree->held = -1;
        return;
    }
    size_t position = prepare_for_sharing(thread);
    struct record what = named(KIND_LOCK, "link", tree->files[position].name[0], target);
    what.file = tree->files[position].number;
    if (change(thread, &what, EEXIST) == 0) {
        tree->held = number;
        tree->lock_file = position;
        tree->files[position].names = 2;
        set_path(tree->files[position].name[1], target);
    } else {
        unlink_name(thread, position, 0);
    }
}

void names_step(struct thread *thread)
{
    uint64_t choice = below(thread, 10);
    if (choice < 5)
        step_file(thread);
    else if (choice < 7)
        step_directory(thread);
    else if (choice == 7 || thread->tree->held >= 0)
        lock(thread);
    else
        put(thread);
}
