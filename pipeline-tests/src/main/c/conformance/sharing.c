/* Several writers at once, and buffers that change. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

enum { WRITERS = 4, ROUNDS = 150 };

struct writer {
    int fd;
    int number;
    int part;
};

static void fill_with(char *bytes, size_t length, int writer, int round)
{
    memset(bytes, 'A' + writer * 7 + round % 7, length);
}

static void several_processes(int fd, void (*body)(struct writer *), int part)
{
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = (pid_t)NEED(fork());
        if (children[i] == 0) {
            struct writer writer = {fd, i, part};
            body(&writer);
            _exit(0);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        await(children[i]);
    }
}

static void several_threads(int fd, void (*body)(struct writer *), int part)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){fd, i, part};
        EXPECT(pthread_create(&threads[i], NULL, (void *(*)(void *))(void (*)(void))body, &writers[i]) == 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
}

static void write_here(struct writer *writer)
{
    char bytes[311];
    for (int round = 0; round < ROUNDS; round++) {
        fill_with(bytes, sizeof bytes, writer->number, round);
        EXPECT(write(writer->fd, bytes, sizeof bytes) == sizeof bytes);
    }
}

static void overlapping(struct writer *writer)
{
    char bytes[9000];
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = 1000 + (size_t)(round * 37 + writer->number * 501) % 8000;
        fill_with(bytes, length, writer->number, round);
        EXPECT(pwrite(writer->fd, bytes, length, (round * 701) % 20000) == (ssize_t)length);
    }
}

static void writing_and_cutting(struct writer *writer)
{
    char bytes[3000];
    for (int round = 0; round < ROUNDS; round++) {
        fill_with(bytes, sizeof bytes, writer->number, round);
        if (writer->number == 0) {
            NEED(ftruncate(writer->fd, (round * 997) % 40000));
        } else {
            EXPECT(pwrite(writer->fd, bytes, sizeof bytes, (round * 701) % 40000) == sizeof bytes);
        }
    }
}

static void appending(struct writer *writer)
{
    int fd = open_file("other", O_WRONLY | O_APPEND);
    struct writer own = {fd, writer->number, writer->part};
    write_here(&own);
    shut(fd);
}

static void making_and_removing(struct writer *writer)
{
    char name[64];
    char other[64];
    for (int round = 0; round < ROUNDS / 3; round++) {
        snprintf(name, sizeof name, "dir/%d-%d", round % 5, writer->part);
        snprintf(other, sizeof other, "dir/%d-%d", (round + writer->number) % 5, writer->part);
        int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
        if (fd >= 0) {
            put(fd, writer->number, 200, 100 * writer->number);
            shut(fd);
        }
        if (writer->number % 2 == 0) {
            rename(name, other);
        } else {
            unlink(other);
        }
        link(name, other);
    }
}

static void moving_directories(struct writer *writer)
{
    const char *names[] = {"dir", "gone/a", "b", "gone/c"};
    for (int round = 0; round < ROUNDS / 3; round++) {
        rename(names[(round + writer->number) % 4], names[(round * 3 + 1) % 4]);
        for (int i = 0; i < 4; i++) {
            char name[64];
            snprintf(name, sizeof name, "%s/new%d", names[i], writer->number);
            int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            if (fd >= 0) {
                EXPECT(write(fd, name, strlen(name)) == (ssize_t)strlen(name));
                shut(fd);
            }
        }
    }
}

static void shared_offset(int part)
{
    int fd = open_file("file", O_RDWR);
    NEED(lseek(fd, 1000 * part, SEEK_SET));
    several_processes(fd, write_here, part);
    shut(fd);
}

static void shared_offset_of_threads(int part)
{
    int fd = open_file("file", O_RDWR);
    several_threads(fd, write_here, part);
    shut(fd);
}

static void append_shared_description(int part)
{
    int fd = open_file("file", O_WRONLY | O_APPEND);
    several_processes(fd, write_here, part);
    shut(fd);
}

static void append_own_descriptions(int part)
{
    several_processes(-1, appending, part);
}

static void overlapping_threads(int part)
{
    int fd = open_file("file", O_RDWR);
    several_threads(fd, overlapping, part);
    shut(fd);
}

static void overlapping_processes(int part)
{
    int fd = open_file("file", O_RDWR);
    several_processes(fd, overlapping, part);
    shut(fd);
}

static void cutting_threads(int part)
{
    int fd = open_file("file", O_RDWR);
    several_threads(fd, writing_and_cutting, part);
    shut(fd);
}

static void names_by_processes(int part)
{
    several_processes(-1, making_and_removing, part);
}

static void directories_by_processes(int part)
{
    several_processes(-1, moving_directories, part);
}

static atomic_int scribbling;

static void *scribble(void *bytes)
{
    volatile char *at = bytes;
    for (unsigned int i = 0; atomic_load(&scribbling); i++) {
        at[(i * 769) % 65536] = (char)(i >> 8);
    }
    return NULL;
}

static void changing_buffer(int part)
{
    static char bytes[65536];
    pthread_t thread;
    memcpy(bytes, bytes_of(part, sizeof bytes), sizeof bytes);
    atomic_store(&scribbling, 1);
    EXPECT(pthread_create(&thread, NULL, scribble, bytes) == 0);
    int fd = open_file("file", O_RDWR);
    for (int round = 0; round < 60; round++) {
        EXPECT(pwrite(fd, bytes, sizeof bytes, 1000 * round) == sizeof bytes);
    }
    atomic_store(&scribbling, 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    shut(fd);
}

static const struct row rows[] = {
    {"shared-offset-processes", "WRITE", shared_offset, "random"},
    {"shared-offset-threads", "WRITE", shared_offset_of_threads, "random"},
    {"O_APPEND-shared", "WRITE", append_shared_description, "random"},
    {"O_APPEND-processes", "WRITE", append_own_descriptions, "random"},
    {"overlapping-threads", "WRITE", overlapping_threads, "random"},
    {"overlapping-processes", "WRITE", overlapping_processes, "random"},
    {"write-and-ftruncate-threads", "-", cutting_threads, "random"},
    {"names-by-processes", "-", names_by_processes, "random; lists"},
    {"directories-by-processes", "-", directories_by_processes, "random; lists"},
    {"buffer-changes-meanwhile", "WRITE", changing_buffer, "random"},
};
FAMILY(sharing);
