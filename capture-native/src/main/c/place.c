#include "place.h"

#include "kernel.h"
#include "memory.h"

enum {
    USER_PATH_BYTES = 4096,
    NAME_LIMIT = 255,
};

/* Cuts trailing slashes; where the last component begins, or -1 when there is none that could be made or removed. */
static long split(char *path, long length)
{
    while (length > 1 && path[length - 1] == '/') {
        path[--length] = 0;
    }
    long name = length;
    while (name > 0 && path[name - 1] != '/') {
        name--;
    }
    long name_length = length - name;
    bool dots = (name_length == 1 && path[name] == '.') || (name_length == 2 && path[name] == '.' && path[name + 1] == '.');
    return name_length == 0 || name_length > NAME_LIMIT || dots ? -1 : name;
}

static enum place_answer answer_for(long error)
{
    return error == -E_MFILE || error == -E_NFILE || error == -E_NOMEM || error == -E_NAMETOOLONG ? PLACE_UNKNOWN
                                                                                                  : PLACE_NOWHERE;
}

/* Finds the place of the path in level->scratch. */
static enum place_answer find_here(struct level *level, char *buffer, long at, long length, struct place *place)
{
    char *path = level->scratch;
    long name = split(path, length);
    if (name < 0) {
        return PLACE_NOWHERE;
    }
    char first = path[name];
    const char *directory = name == 0 ? "." : path;
    path[name] = name == 0 ? first : 0;
    place->directory = kernel(__NR_openat, at, directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    path[name] = first;
    if (kernel_failed(place->directory)) {
        return answer_for(place->directory);
    }
    long parent = watch_descriptor_path(place->directory, buffer, USER_PATH_BYTES);
    if (parent < 0) {
        kernel(__NR_close, place->directory);
        return answer_for(parent);
    }
    long end = parent == 1 ? 1 : parent + 1;
    buffer[end - 1] = '/';
    long name_length = (long)string_length(path + name);
    memory_copy(buffer + end, path + name, (size_t)name_length + 1);
    place->path = buffer;
    place->name = buffer + end;
    place->path_length = (uint32_t)(end + name_length);
    place->inside = watch_contains(buffer, place->path_length);
    return PLACE_FOUND;
}

enum place_answer place_find(struct level *level, enum place_buffer which, long at, const char *path, bool follow, struct place *place)
{
    char *buffer = which == PLACE_OLD ? level->path : level->new_path;
    long length = memory_copy_string(level->scratch, path, USER_PATH_BYTES);
    if (length <= 0) {
        return PLACE_NOWHERE;
    }
    enum place_answer answer = find_here(level, buffer, (int)at, length, place);
    for (int links = 0; follow && answer == PLACE_FOUND; links++) {
        length = kernel(__NR_readlinkat, place->directory, place->name, level->scratch, USER_PATH_BYTES - 1);
        if (length <= 0) {
            return PLACE_FOUND;
        }
        level->scratch[length] = 0;
        long from = place->directory;
        answer = links < PLACE_LINK_LIMIT ? find_here(level, buffer, from, length, place) : PLACE_NOWHERE;
        kernel(__NR_close, from);
    }
    return answer;
}

void place_close(struct place *place)
{
    if (place->directory >= 0) {
        kernel(__NR_close, place->directory);
        place->directory = -1;
    }
}

struct file_id place_directory(const struct place *place)
{
    struct statx status;
    struct file_id none = {0, 0, 0};
    return watch_status(place->directory, "", AT_EMPTY_PATH, &status) == 0 ? watch_file_id(&status) : none;
}

struct file_id place_parent(struct level *level, const char *path, uint32_t length)
{
    struct statx status;
    struct file_id none = {0, 0, 0};
    uint32_t name = length;
    while (name > 0 && path[name - 1] != '/') {
        name--;
    }
    if (name == 0) {
        return none;
    }
    memory_copy(level->scratch, path, name);
    level->scratch[name > 1 ? name - 1 : 1] = 0;
    return watch_status(AT_FDCWD, level->scratch, 0, &status) == 0 ? watch_file_id(&status) : none;
}
