/*
 * The stages of a program whose files a test looks at: it rests after its first commit, is busy when CONTROL/busy
 * appears, rests again when CONTROL/rest appears, and ends with CONTROL/end. What it has reached it says in files of
 * CONTROL, which is not watched: NAME.resting1, NAME.resting2, and NAME.committed with the number of its last commit.
 */
#ifndef STAGES_H
#define STAGES_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEED(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

enum { KEYS = 50, KEY_BYTES = 16, VALUE_BYTES = 1500, WAIT_MICROSECONDS = 10000, PAUSE_MICROSECONDS = 100000 };

static const char *control;
static const char *name;

static void control_path(char path[4096], const char *suffix)
{
    NEED(snprintf(path, 4096, "%s/%s%s", control, suffix[0] == '.' ? name : "", suffix) < 4096);
}

static void say_file(const char *suffix, long number)
{
    char path[4096];
    control_path(path, suffix);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    NEED(fd >= 0 && dprintf(fd, "%020ld", number) == 20 && close(fd) == 0);
}

static int told(const char *what)
{
    char path[4096];
    control_path(path, what);
    return access(path, F_OK) == 0;
}

static void await(const char *what)
{
    while (!told(what)) {
        usleep(WAIT_MICROSECONDS);
    }
}

/* Begins with the number of the commit; as long as the number and the key say. */
static size_t value_of(char value[VALUE_BYTES], long commit, int key)
{
    size_t length = VALUE_BYTES / 2 + (size_t)(commit * 7 + key * 13) % (VALUE_BYTES / 2);
    int text = snprintf(value, VALUE_BYTES, "%ld.", commit);
    memset(value + text, 'a' + (int)(commit % 26), length - (size_t)text);
    return length;
}

/* Goes through the stages; commit(n) commits the number n as value of each key. */
static void go_through_stages(void (*commit)(long number))
{
    long number = 1;
    commit(number);
    say_file(".committed", number);
    say_file(".resting1", number);
    await("busy");
    while (!told("rest")) {
        commit(++number);
        say_file(".committed", number);
        usleep(PAUSE_MICROSECONDS);
    }
    say_file(".resting2", number);
    await("end");
}

#endif
