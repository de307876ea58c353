#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "writer.h"

static volatile sig_atomic_t stopped;
static struct settings settings = {
    .seed = 1, .processes = 2, .threads = 4, .operations = 100000, .pause_us = 300, .large_every = 400,
    .shared_bytes = 65536, .shared_files = 2, .existing = "8:3000",
};

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void pause_a_little(struct thread *thread)
{
    uint64_t ns = below(thread, 2000 * (uint64_t)settings.pause_us + 1);
    if (ns > 1000)
        nanosleep(&(struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)}, NULL);
}

static void *thread_run(void *argument)
{
    struct thread *thread = argument;
    double until = settings.seconds > 0 ? now_s() + settings.seconds : 1e300;
    log_open(thread);
    thread->buffer = malloc(LARGE_BYTES_LIMIT);
    if (!thread->buffer)
        fail("no memory");
    thread->tree = tree_open(thread);
    /* A step is at most a handful of operations. */
    while (!stopped && thread->logged + 16 < settings.operations && now_s() < until) {
        switch (below(thread, 8)) {
        case 0: case 1: case 2: tree_step(thread); break;
        case 3: case 4: names_step(thread); break;
        default: shared_step(thread); break;
        }
        pause_a_little(thread);
    }
    return NULL;
}

static int *open_shared(const struct layout *layout, int *inherited)
{
    int *descriptors = malloc(layout->count * sizeof *descriptors);
    if (!descriptors)
        fail("no memory");
    for (size_t i = 0; i < layout->count; i++) {
        const struct prepared_file *file = &layout->files[i];
        descriptors[i] = -1;
        if (file->role == ROLE_PRIVATE)
            continue;
        if (inherited && (file->role == ROLE_OFFSET || i % 2 == 0)) {
            descriptors[i] = inherited[i];
            continue;
        }
        descriptors[i] = open(file->path, O_RDWR | O_CLOEXEC | (file->role == ROLE_LOG ? O_APPEND : 0));
        if (descriptors[i] < 0)
            fail("open %s", file->path);
        if (file->role == ROLE_OFFSET && lseek(descriptors[i], 0, SEEK_END) < 0)
            fail("lseek %s", file->path);
    }
    return descriptors;
}

static void process_run(uint32_t process, const struct layout *layout, int *descriptors[THREAD_LIMIT])
{
    pthread_t ids[THREAD_LIMIT];
    struct thread threads[THREAD_LIMIT];
    for (uint32_t i = 0; i < settings.threads; i++) {
        uint32_t index = process * settings.threads + i;
        threads[i] = (struct thread){.settings = &settings, .layout = layout, .index = index,
                                     .random = settings.seed * 1000003 + index,
                                     .shared_descriptors = descriptors[index]};
        if (pthread_create(&ids[i], NULL, thread_run, &threads[i]) != 0)
            fail("pthread_create");
    }
    for (uint32_t i = 0; i < settings.threads; i++)
        pthread_join(ids[i], NULL);
}

static int run(const struct layout *layout)
{
    pid_t children[THREAD_LIMIT];
    int *descriptors[THREAD_LIMIT], *inherited = open_shared(layout, NULL);
    /* Before anybody changes a name. Half of them are one for all threads, half are each thread's own, so that it can seek. */
    for (uint32_t i = 0; i < settings.processes * settings.threads; i++)
        descriptors[i] = open_shared(layout, inherited);
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    for (uint32_t i = 0; i < settings.processes; i++) {
        children[i] = fork();
        if (children[i] < 0)
            fail("fork");
        if (children[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            process_run(i, layout, descriptors);
            exit(0);
        }
    }
    int status, worst = 0;
    for (uint32_t left = settings.processes; left > 0;) {
        pid_t child = wait(&status);
        if (child < 0 && errno == EINTR) {
            for (uint32_t i = 0; i < settings.processes; i++)
                kill(children[i], SIGTERM);
            continue;
        }
        if (child < 0)
            fail("wait");
        left--;
        if ((!WIFEXITED(status) || WEXITSTATUS(status) != 0) && worst == 0) {
            worst = 70;
            for (uint32_t i = 0; i < settings.processes; i++)
                kill(children[i], SIGTERM);
        }
    }
    return worst;
}

static void read_arguments(int count, char **arguments)
{
    for (int i = 2; i + 1 < count; i += 2) {
        const char *name = arguments[i], *value = arguments[i + 1];
        if (strcmp(name, "--dir") == 0) settings.directory = value;
        else if (strcmp(name, "--log") == 0) settings.log = value;
        else if (strcmp(name, "--seed") == 0) settings.seed = strtoull(value, NULL, 10);
        else if (strcmp(name, "--processes") == 0) settings.processes = (uint32_t)atoi(value);
        else if (strcmp(name, "--threads") == 0) settings.threads = (uint32_t)atoi(value);
        else if (strcmp(name, "--seconds") == 0) settings.seconds = atof(value);
        else if (strcmp(name, "--operations") == 0) settings.operations = strtoull(value, NULL, 10);
        else if (strcmp(name, "--pause-us") == 0) settings.pause_us = (uint32_t)atoi(value);
        else if (strcmp(name, "--large-every") == 0) settings.large_every = (uint32_t)atoi(value);
        else if (strcmp(name, "--shared-bytes") == 0) settings.shared_bytes = strtoull(value, NULL, 10);
        else if (strcmp(name, "--shared-files") == 0) settings.shared_files = (uint32_t)atoi(value);
        else if (strcmp(name, "--existing") == 0) settings.existing = value;
        else fail("unknown setting %s", name);
    }
    if (!settings.directory || !settings.log || settings.processes * settings.threads > THREAD_LIMIT)
        fail("--dir and --log are needed, and at most %d threads", THREAD_LIMIT);
    if (settings.shared_bytes % 4096 != 0 || settings.shared_bytes < 65536)
        fail("--shared-bytes: a multiple of 4096, at least 65536");
}

int main(int count, char **arguments)
{
    struct layout layout;
    if (count < 2)
        fail("usage: catchwater-writer (prepare | run) --dir DIR --log DIR [--seed N] ...");
    read_arguments(count, arguments);
    umask(022);
    if (chdir(settings.directory) != 0)
        fail("%s", settings.directory);
    layout_plan(&layout, &settings);
    clock_open(settings.log);
    if (strcmp(arguments[1], "prepare") == 0) {
        layout_prepare(&layout, &settings);
        return 0;
    }
    return run(&layout);
}
