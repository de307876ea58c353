/* Small stacks, signals in the midst of a call, threads and calls that are cancelled or left by a jump. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "row.h"
#include "workspace.h"

enum { SMALL_STACK_BYTES = 16384, CANCELLED = 40, SIGNALS = 200 };

static int present_part;
static int handler_fd;
static volatile sig_atomic_t handled;

static void *change_much(void *unused)
{
    (void)unused;
    int fd = open_file("file", O_RDWR);
    EXPECT(pwrite(fd, "small stack", 11, 100 + present_part) == 11);
    NEED(ftruncate(fd, 40000 + present_part));
    shut(fd);
    fd = open_file(present_part == 0 ? "made0" : "made1", O_RDWR | O_CREAT);
    EXPECT(write(fd, "small stack", 11) == 11);
    NEED(fchmod(fd, 0604));
    shut(fd);
    NEED(rename(present_part == 0 ? "made0" : "made1", present_part == 0 ? "renamed0" : "renamed1"));
    NEED(mkdir(present_part == 0 ? "directory0" : "directory1", 0700));
    NEED(symlink("somewhere", present_part == 0 ? "link0" : "link1"));
    return NULL;
}

static void small_stack(int part)
{
    pthread_attr_t attributes;
    pthread_t thread;
    present_part = part;
    EXPECT(pthread_attr_init(&attributes) == 0);
    EXPECT(pthread_attr_setstacksize(&attributes, SMALL_STACK_BYTES) == 0);
    EXPECT(pthread_create(&thread, &attributes, change_much, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(pthread_attr_destroy(&attributes) == 0);
}

static void change_in_handler(int signal_number)
{
    (void)signal_number;
    change_much(NULL);
}

static void alternate_stack(int part)
{
    static char memory[SMALL_STACK_BYTES];
    stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
    struct sigaction action = {.sa_handler = change_in_handler, .sa_flags = SA_ONSTACK};
    present_part = part;
    NEED(sigaltstack(&stack, NULL));
    NEED(sigaction(SIGUSR1, &action, NULL));
    NEED(raise(SIGUSR1));
    stack.ss_flags = SS_DISABLE;
    NEED(sigaltstack(&stack, NULL));
}

static void change_in_coroutine(void)
{
    change_much(NULL);
}

static void coroutine(int part)
{
    static char memory[SMALL_STACK_BYTES];
    static ucontext_t own;
    static ucontext_t other;
    present_part = part;
    NEED(getcontext(&other));
    other.uc_stack.ss_sp = memory;
    other.uc_stack.ss_size = sizeof memory;
    other.uc_link = &own;
    makecontext(&other, change_in_coroutine, 0);
    NEED(swapcontext(&own, &other));
}

static void write_in_handler(int signal_number)
{
    (void)signal_number;
    int error = errno;
    char byte = (char)('a' + handled % 26);
    EXPECT(pwrite(handler_fd, &byte, 1, 1000 + handled % 100) == 1);
    handled++;
    errno = error;
}

static void start_timer(long microseconds, int flags)
{
    struct sigaction action = {.sa_handler = write_in_handler, .sa_flags = flags};
    struct itimerval often = {{0, microseconds}, {0, microseconds}};
    NEED(sigaction(SIGALRM, &action, NULL));
    NEED(setitimer(ITIMER_REAL, &often, NULL));
}

static void stop_timer(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};
    NEED(setitimer(ITIMER_REAL, &never, NULL));
    signal(SIGALRM, SIG_IGN);
}

static void handler_within_write(int part)
{
    char bytes[8000];
    handler_fd = open_file("file", O_RDWR);
    handled = 0;
    start_timer(500, SA_RESTART);
    for (int round = 0; handled < SIGNALS; round++) {
        memset(bytes, 'A' + (round + part) % 26, sizeof bytes);
        EXPECT(pwrite(handler_fd, bytes, sizeof bytes, round % 3000) == sizeof bytes);
    }
    stop_timer();
    shut(handler_fd);
}

static void handler_within_names(int part)
{
    handler_fd = open_file("file", O_RDWR);
    handled = 0;
    start_timer(500, SA_RESTART);
    for (int round = 0; handled < SIGNALS || round % 2 == 1; round++) {
        NEED(rename(round % 2 == 0 ? "other" : "another", round % 2 == 0 ? "another" : "other"));
        NEED(mkdir("made", 0700));
        NEED(rmdir("made"));
    }
    stop_timer();
    make_file(numbered("new", part), part, 10);
    shut(handler_fd);
}

static void names_in_handler(int signal_number)
{
    (void)signal_number;
    int error = errno;
    static int made;
    char name[] = "dir/h00";
    name[5] = (char)('0' + made % 10);
    name[6] = (char)('0' + made / 10 % 10);
    int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    EXPECT(fd >= 0);
    EXPECT(write(fd, "x", 1) == 1);
    shut(fd);
    if (made % 3 == 0) {
        NEED(unlink(name));
    }
    made++;
    handled++;
    errno = error;
}

static void names_in_handler_within_anything(int part)
{
    struct sigaction action = {.sa_handler = names_in_handler, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 700}, {0, 700}};
    int fd = open_file("file", O_RDWR);
    handled = 0;
    NEED(sigaction(SIGALRM, &action, NULL));
    NEED(setitimer(ITIMER_REAL, &often, NULL));
    for (int round = 0; handled < SIGNALS / 2 || round % 2 == 1; round++) {
        put(fd, part, 100, round % 1000);
        NEED(rename(round % 2 == 0 ? "other" : "another", round % 2 == 0 ? "another" : "other"));
    }
    stop_timer();
    shut(fd);
}

static sigjmp_buf jump;

static void jump_away(int signal_number)
{
    (void)signal_number;
    handled++;
    siglongjmp(jump, 1);
}

static void jump_out_of_calls(int part)
{
    static int fd;
    struct sigaction action = {.sa_handler = jump_away};
    struct itimerval once = {{0, 0}, {0, 300}};
    fd = open_file("file", O_RDWR);
    handled = 0;
    NEED(sigaction(SIGALRM, &action, NULL));
    while (handled < SIGNALS / 2) {
        if (sigsetjmp(jump, 1) == 0) {
            NEED(setitimer(ITIMER_REAL, &once, NULL));
            for (int round = 0;; round++) {
                put(fd, part, 4000, round % 50000);
                NEED(ftruncate(fd, 60000 + round % 3));
            }
        }
    }
    stop_timer();
    shut(fd);
}

static void *write_until_cancelled(void *argument)
{
    char bytes[3000];
    int fd = *(int *)argument;
    for (int round = 0;; round++) {
        memset(bytes, 'a' + round % 26, sizeof bytes);
        if (write(fd, bytes, sizeof bytes) < 0 || lseek(fd, round % 9000, SEEK_SET) < 0) {
            return NULL;
        }
        int made = open("cancelled", O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
        if (made >= 0) {
            close(made);
        }
    }
}

static void *write_asynchronously_cancelled(void *argument)
{
    char bytes[3000];
    int fd = *(int *)argument;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (int round = 0;; round++) {
        memset(bytes, 'a' + round % 26, sizeof bytes);
        if (pwrite(fd, bytes, sizeof bytes, round % 9000) < 0) {
            return NULL;
        }
    }
}

static void cancel_many(void *(*body)(void *))
{
    int fd = open_file("file", O_RDWR);
    for (int i = 0; i < CANCELLED; i++) {
        pthread_t thread;
        void *result;
        EXPECT(pthread_create(&thread, NULL, body, &fd) == 0);
        usleep((unsigned)(i * 53 % 900));
        EXPECT(pthread_cancel(thread) == 0);
        EXPECT(pthread_join(thread, &result) == 0);
        EXPECT(result == PTHREAD_CANCELED);
    }
    put(fd, present_part, 100, 20000);
    shut(fd);
}

static void cancelled_deferred(int part)
{
    present_part = part;
    cancel_many(write_until_cancelled);
}

static void cancelled_asynchronously(int part)
{
    present_part = part;
    cancel_many(write_asynchronously_cancelled);
}

static void *exit_thread(void *unused)
{
    (void)unused;
    int fd = open_file("file", O_RDWR);
    put(fd, present_part, 100, 3000 + 1000 * present_part);
    pthread_exit(NULL);
}

static void many_threads(int part)
{
    present_part = part;
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, exit_thread, NULL) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
}

static void killed_while_writing(int part)
{
    for (int i = 0; i < 15; i++) {
        pid_t child = (pid_t)NEED(fork());
        if (child == 0) {
            int fd = open_file("file", O_RDWR);
            for (int round = 0;; round++) {
                put(fd, part, 9000, (round * 1009) % 50000);
                NEED(ftruncate(fd, 60000 + round % 100));
                NEED(rename("other", "another") == -1 ? 0 : rename("another", "other"));
            }
        }
        usleep((unsigned)(3000 + i * 731));
        NEED(kill(child, SIGKILL));
        NEED(waitpid(child, NULL, 0));
        rename("another", "other");
    }
}

static const struct row rows[] = {
    {"stack-of-16-KiB", "-", small_stack, NULL},
    {"sigaltstack", "-", alternate_stack, NULL},
    {"coroutine", "-", coroutine, NULL},
    {"handler-within-write", "WRITE", handler_within_write, "random"},
    {"handler-within-names", "-", handler_within_names, "random; lists"},
    {"names-in-handler", "-", names_in_handler_within_anything, "random; lists"},
    {"siglongjmp", "-", jump_out_of_calls, "random; lists"},
    {"cancelled-deferred", "-", cancelled_deferred, "random; lists"},
    {"cancelled-asynchronously", "WRITE", cancelled_asynchronously, "random; lists"},
    {"threads-that-end", "WRITE", many_threads, "random"},
    {"killed-while-writing", "-", killed_while_writing, "random; lists"},
};
FAMILY(threads);
