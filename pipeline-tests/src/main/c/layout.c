#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "writer.h"

static const char *const role_names[] = {"private", "lanes", "mixed", "cut", "log", "offset"};

static void add(struct layout *layout, enum role role, uint32_t owner, uint64_t size, const char *path)
{
    layout->files = realloc(layout->files, (layout->count + 1) * sizeof *layout->files);
    if (!layout->files)
        fail("no memory");
    struct prepared_file *file = &layout->files[layout->count++];
    *file = (struct prepared_file){.number = (uint32_t)layout->count, .role = role, .owner = owner, .size = size};
    snprintf(file->path, sizeof file->path, "%s", path);
}

static void plan_existing(struct layout *layout, const struct settings *settings, uint32_t threads)
{
    const char *at = settings->existing;
    uint32_t number = 0;
    while (*at) {
        unsigned long long files, bytes;
        int used;
        if (sscanf(at, "%llu:%llu%n", &files, &bytes, &used) != 2)
            fail("--existing %s: expected COUNT:BYTES,...", settings->existing);
        for (unsigned long long i = 0; i < files; i++, number++) {
            char path[PATH_LIMIT];
            uint32_t owner = number % threads;
            snprintf(path, sizeof path, "t%02u/%sp%u", owner, number / threads % 2 ? "d0/" : "", number);
            add(layout, ROLE_PRIVATE, owner, bytes, path);
        }
        at += used;
        if (*at == ',')
            at++;
    }
}

void layout_plan(struct layout *layout, const struct settings *settings)
{
    uint32_t threads = settings->processes * settings->threads;
    static const enum role roles[] = {ROLE_LANES, ROLE_MIXED, ROLE_CUT, ROLE_LOG, ROLE_OFFSET};
    *layout = (struct layout){0};
    for (uint32_t sort = 0; sort < 5; sort++) {
        uint32_t files = roles[sort] == ROLE_OFFSET ? 1 : settings->shared_files;
        for (uint32_t i = 0; i < files; i++) {
            char path[PATH_LIMIT];
            bool empty = roles[sort] == ROLE_LOG || roles[sort] == ROLE_OFFSET;
            snprintf(path, sizeof path, "data/%s%u", role_names[roles[sort]], i);
            add(layout, roles[sort], (sort + i) % threads, empty ? CELL_BYTES : settings->shared_bytes, path);
        }
    }
    for (uint32_t i = 0; i < threads; i++) {
        char path[PATH_LIMIT];
        snprintf(path, sizeof path, "t%02u/stdio", i);
        add(layout, ROLE_PRIVATE, i, 0, path);
        snprintf(path, sizeof path, "t%02u/large", i);
        add(layout, ROLE_PRIVATE, i, 0, path);
    }
    plan_existing(layout, settings, threads);
}

static void make_directory(FILE *note, const char *path)
{
    if (mkdir(path, 0755) != 0)
        fail("mkdir %s", path);
    fprintf(note, "dir\t755\t%s\n", path);
}

static void make_file(FILE *note, const struct prepared_file *file)
{
    static uint8_t bytes[1 << 20];
    int descriptor = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        fail("create %s", file->path);
    for (uint64_t done = 0; done < file->size;) {
        uint64_t run = file->size - done < sizeof bytes ? file->size - done : sizeof bytes;
        fill(bytes, run, done, ((uint64_t)PREPARED_THREAD << 40) | file->number);
        if (write(descriptor, bytes, run) != (ssize_t)run)
            fail("write %s", file->path);
        done += run;
    }
    close(descriptor);
    fprintf(note, "file\t%u\t%s\t%u\t%llu\t644\t%s\n", file->number, role_names[file->role], file->owner,
            (unsigned long long)file->size, file->path);
}

void layout_prepare(const struct layout *layout, const struct settings *settings)
{
    char path[4096];
    uint32_t threads = settings->processes * settings->threads;
    snprintf(path, sizeof path, "%s/layout", settings->log);
    FILE *note = fopen(path, "we");
    if (!note)
        fail("%s", path);
    fprintf(note, "threads\t%u\n", threads);
    make_directory(note, "common");
    make_directory(note, "shared");
    make_directory(note, "data");
    for (uint32_t i = 0; i < threads; i++) {
        snprintf(path, sizeof path, "t%02u", i);
        make_directory(note, path);
        snprintf(path, sizeof path, "t%02u/d0", i);
        make_directory(note, path);
        snprintf(path, sizeof path, "t%02u/empty", i);
        make_directory(note, path);
        snprintf(path, sizeof path, "t%02u/link", i);
        if (symlink("d0/../empty", path) != 0)
            fail("symlink %s", path);
        fprintf(note, "symlink\t%s\t%s\n", path, "d0/../empty");
    }
    for (size_t i = 0; i < layout->count; i++)
        make_file(note, &layout->files[i]);
    for (uint32_t i = 0; i < NAME_COUNT; i++)
        fprintf(note, "name\t%u\tshared/n%u\n", i % threads, i);
    for (uint32_t i = 0; i < LOCK_COUNT; i++)
        fprintf(note, "lock\tshared/e%u\n", i);
    if (fclose(note) != 0)
        fail("layout");
}
