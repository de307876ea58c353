/*
 * program DIRECTORY [all]: does to files what programs do, and prints what it sees. Run bare and under the hook: the
 * output must be the same, and the ring's replay equal to the directory. "all" adds what goes through the C
 * library's insides, which symbol interposition alone does not see.
 *
 * program DIRECTORY scribble: writes buffers into which another thread stores without pause. Nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANCELLED_THREADS = 200, WRITER_THREADS = 4, WRITES = 300 };

static int shared;
/* Not for the compiler to know. */
static void *volatile bad_address = (void *)8;

#define SEE(expression) \
    do { \
        errno = 0; \
        long seen = (long)(expression); \
        printf("%s = %ld, errno %d\n", #expression, seen, errno); \
    } while (0)

static int wait_for(pid_t child)
{
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

static void results_and_errors(void)
{
    SEE(write(-1, "x", 1));
    SEE(open("missing/file", O_CREAT | O_WRONLY, 0600));
    SEE(open("here", O_CREAT | O_WRONLY | O_EXCL, 0600));
    SEE(open("here", O_CREAT | O_WRONLY | O_EXCL, 0600));
    SEE(write(4, bad_address, 10));
    SEE(mkdir("d", 0700));
    SEE(mkdir("d", 0700));
    SEE(rmdir("."));
    SEE(rename("d", "d/e"));
    SEE(rename("here", "d/here"));
    SEE(unlink("d"));
    SEE(remove("d/here"));
    SEE(symlink("nowhere", "d/link"));
    SEE(link("d/link", "d/link2"));
    SEE(unlink("d/link"));
    SEE(truncate("missing", 3));
    SEE(chmod("missing", 0600));
    SEE(chmod("d", 0750));
    SEE(setxattr("d", "user.one", "1", 1, 0));
    SEE(setxattr("d", "user.one", "2", 1, XATTR_CREATE));
    SEE(lsetxattr("d", "user.two", "", 0, 0));
    SEE(fsetxattr(4, "user.none", "3", 1, 0));
    SEE(setxattr("missing", "user.one", "1", 1, 0));
    SEE(setxattr("d", bad_address, "1", 1, 0));
    SEE(removexattr("d", "user.one"));
    SEE(removexattr("d", "user.one"));
    SEE(lremovexattr("d", "user.three"));
    SEE(open("d", O_TMPFILE | O_RDONLY, 0600));
    SEE(close(4));
    SEE(close(4));
    SEE(fcntl(3, F_GETFL));
}

static void *write_many(void *argument)
{
    long me = (long)argument;
    for (int i = 0; i < WRITES; i++) {
        char text[16];
        snprintf(text, sizeof text, "%ld.%05d;", me, i);
        if (pwrite(shared, text, 8, (me * WRITES + i) * 8) != 8) {
            abort();
        }
    }
    return NULL;
}

static void threads(void)
{
    pthread_t thread[WRITER_THREADS];
    for (long i = 0; i < WRITER_THREADS; i++) {
        pthread_create(&thread[i], NULL, write_many, (void *)i);
    }
    for (int i = 0; i < WRITER_THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
}

static void clean_up(void *count)
{
    ++*(int *)count;
}

static void *write_until_cancelled(void *count)
{
    char block[256] = {1};
    pthread_cleanup_push(clean_up, count);
    for (;;) {
        if (pwrite(shared, block, sizeof block, 65536) < 0) {
            abort();
        }
    }
    pthread_cleanup_pop(0);
    return NULL;
}

static void *read_until_cancelled(void *count)
{
    static int ends[2];
    char byte;
    pthread_cleanup_push(clean_up, count);
    if (pipe(ends) != 0 || read(ends[0], &byte, 1) >= 0) {
        abort();
    }
    pthread_cleanup_pop(0);
    return NULL;
}

static void cancellation(void)
{
    int cleaned = 0;
    int cancelled = 0;
    for (int i = 0; i <= CANCELLED_THREADS; i++) {
        pthread_t thread;
        void *result;
        pthread_create(&thread, NULL, i < CANCELLED_THREADS ? write_until_cancelled : read_until_cancelled, &cleaned);
        usleep(100 + (unsigned)rand() % 200);
        pthread_cancel(thread);
        pthread_join(thread, &result);
        cancelled += result == PTHREAD_CANCELED;
    }
    printf("cancelled %d, cleaned %d\n", cancelled, cleaned);
}

static void children(void)
{
    pid_t child = vfork();
    if (child == 0) {
        int own = open("of-vfork", O_CREAT | O_WRONLY | O_TRUNC, 0600);
        dup2(2, shared);
        if (write(own, "child", 5) != 5) {
            _exit(1);
        }
        close(own);
        _exit(5);
    }
    printf("vfork %d\n", wait_for(child));
    SEE(pwrite(shared, "parent", 6, 100000));
    child = fork();
    if (child == 0) {
        SEE(pwrite(shared, "forked", 6, 110000));
        fflush(stdout);
        _exit(0);
    }
    printf("fork %d\n", wait_for(child));
    child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        _exit(pwrite(shared, "cloned", 6, 120000) == 6 ? 0 : 1);
    }
    printf("clone %d\n", wait_for(child));
    child = vfork();
    if (child == 0) {
        execl("/nonexistent", "nonexistent", (char *)NULL);
        _exit(errno);
    }
    printf("exec %d\n", wait_for(child));
}

static int cloned(void *unused)
{
    (void)unused;
    return pwrite(shared, "stack!", 6, 130000) == 6 ? 7 : 1;
}

static void insides(void)
{
    char *arguments[] = {"sh", "-c", "echo from a clean environment > of-spawn-2", NULL};
    char *environment[] = {"PATH=/bin:/usr/bin", NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 9, "of-spawn", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    for (int i = 0; i < 20; i++) {
        SEE(posix_spawn(&child, "/bin/sh", &actions, NULL, arguments, environment));
        printf("spawned %d\n", wait_for(child));
    }
    static char stack[65536] __attribute__((aligned(16)));
    child = clone(cloned, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    printf("on another stack %d\n", wait_for(child));
    FILE *file = fopen("stdio", "w+");
    fprintf(file, "%01000d", 5);
    fseek(file, 10, SEEK_SET);
    fputs("middle", file);
    fclose(file);
    file = fopen("stdio", "a");
    fputs("end", file);
    fclose(file);
    char name[] = "mkstemp-XXXXXX";
    int fd = mkstemp(name);
    SEE(posix_fallocate(fd, 0, 5000));
    rename(name, "mkstemp");
    SEE(remove("mkstemp"));
    SEE(syscall(SYS_pwrite64, shared, "syscall", 7, 140000));
}

static volatile bool scribbling = true;
static volatile unsigned long scribbled[4096];

static void *scribble(void *unused)
{
    (void)unused;
    for (unsigned long value = 1; scribbling; value++) {
        for (size_t i = 0; i < sizeof scribbled / sizeof *scribbled; i++) {
            scribbled[i] = value;
        }
    }
    return NULL;
}

static void write_scribbled(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, scribble, NULL);
    for (int i = 0; i < WRITES; i++) {
        if (pwrite(shared, (const void *)scribbled, sizeof scribbled, i * 4096) != sizeof scribbled) {
            abort();
        }
    }
    scribbling = false;
    pthread_join(thread, NULL);
}

int main(int count, char **arguments)
{
    umask(022);
    if (count < 2 || chdir(arguments[1]) != 0) {
        return 2;
    }
    shared = open("shared", O_CREAT | O_RDWR, 0644);
    if (count > 2 && strcmp(arguments[2], "scribble") == 0) {
        write_scribbled();
        return 0;
    }
    results_and_errors();
    threads();
    cancellation();
    children();
    if (count > 2) {
        insides();
    }
    return 0;
}
