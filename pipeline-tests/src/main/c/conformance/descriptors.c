/* Ways to come by a descriptor, and numbers that come to mean something else. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "role.h"
#include "row.h"
#include "workspace.h"

extern char **environ;

static void write_part(int fd, int part)
{
    EXPECT(write(fd, bytes_of(part, PART_BYTES), PART_BYTES) == PART_BYTES);
}

static void before_capture(int part)
{
    static int fd;
    static int appending;
    if (part == EARLY) {
        fd = open_file("file", O_RDWR);
        appending = open_file("other", O_WRONLY | O_APPEND);
        NEED(lseek(fd, 3000, SEEK_SET));
        return;
    }
    write_part(fd, part);
    write_part(appending, part);
}

static void before_capture_duplicated(int part)
{
    static int fd;
    if (part == EARLY) {
        int pipe_ends[2];
        NEED(pipe(pipe_ends));
        fd = (int)NEED(dup2(open_file("file", O_RDWR), pipe_ends[1]));
        return;
    }
    write_part(fd, part);
}

static void duplicated(int part)
{
    int fd = open_file("file", O_RDWR);
    int copy = (int)NEED(dup(fd));
    write_part(fd, part);
    shut(fd);
    write_part(copy, part);
    shut(copy);
}

static void dup2_over_watched(int part)
{
    int fd = open_file("file", O_RDWR);
    int other = open_file("other", O_RDWR);
    write_part(other, part);
    NEED(dup2(fd, other));
    NEED(lseek(fd, 20000, SEEK_SET));
    write_part(other, part);
    shut(fd);
    shut(other);
}

static void dup3_over_watched(int part)
{
    int fd = open_file("file", O_RDWR);
    int other = open_file("other", O_RDWR);
    put(other, part, 100, 0);
    NEED(dup3(fd, other, O_CLOEXEC));
    put(other, part, PART_BYTES, 30000);
    shut(other);
    shut(fd);
}

static void dup2_pipe_over_watched(int part)
{
    int ends[2];
    int fd = open_file("file", O_RDWR);
    put(fd, part, 100, 0);
    NEED(pipe(ends));
    NEED(dup2(ends[1], fd));
    write_part(fd, part);
    shut(fd);
    shut(ends[0]);
    shut(ends[1]);
}

static void by_fcntl(int part)
{
    int fd = open_file("file", O_RDWR);
    int copy = (int)NEED(fcntl(fd, F_DUPFD_CLOEXEC, 200));
    int another = (int)NEED(fcntl(fd, F_DUPFD, 5000 > sysconf(_SC_OPEN_MAX) ? 300 : 5000));
    write_part(copy, part);
    write_part(another, part);
    shut(another);
    shut(copy);
    shut(fd);
}

static void over_fork(int part)
{
    int fd = open_file("file", O_RDWR);
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        write_part(fd, part);
        make_file(numbered("child", part), part, 100);
        _exit(0);
    }
    await(child);
    write_part(fd, part);
    shut(fd);
}

static char **role_arguments(int fd, int part)
{
    static char fd_text[16];
    static char part_text[16];
    static char *arguments[6];
    snprintf(fd_text, sizeof fd_text, "%d", fd);
    snprintf(part_text, sizeof part_text, "%d", part);
    char *all[] = {"conformance", "role", "write-to", fd_text, part_text, NULL};
    memcpy(arguments, all, sizeof all);
    return arguments;
}

static int inheritable(void)
{
    return (int)NEED(open("file", O_RDWR));
}

static void over_exec(int part)
{
    int fd = inheritable();
    char **arguments = role_arguments(fd, part);
    const char *program = role_program();
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        write_part(fd, part);
        execv(program, arguments);
        _exit(1);
    }
    await(child);
    shut(fd);
}

static void over_exec_without_environment(int part)
{
    int fd = inheritable();
    char **arguments = role_arguments(fd, part);
    const char *program = role_program();
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        char *nothing[] = {NULL};
        execve(program, arguments, nothing);
        _exit(1);
    }
    await(child);
    shut(fd);
}

static void over_vfork_exec(int part)
{
    int fd = inheritable();
    char **arguments = role_arguments(fd, part);
    const char *program = role_program();
    pid_t child = vfork();
    if (child == 0) {
        execv(program, arguments);
        _exit(1);
    }
    NEED(child);
    await(child);
    write_part(fd, part);
    shut(fd);
}

static void over_fexecve(int part)
{
    int fd = inheritable();
    char **arguments = role_arguments(fd, part);
    int program = open_file(role_program(), O_RDONLY);
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        fexecve(program, arguments, environ);
        _exit(1);
    }
    await(child);
    shut(program);
    shut(fd);
}

static void over_posix_spawn(int part)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int fd = open_file("file", O_RDWR);
    EXPECT(posix_spawn_file_actions_init(&actions) == 0);
    EXPECT(posix_spawn_file_actions_adddup2(&actions, fd, 90) == 0);
    EXPECT(posix_spawn_file_actions_addopen(&actions, 91, numbered("spawned", part), O_CREAT | O_WRONLY, 0640) == 0);
    EXPECT(posix_spawn_file_actions_addchdir_np(&actions, "dir") == 0);
    EXPECT(posix_spawn(&child, role_program(), &actions, NULL, role_arguments(90, part), environ) == 0);
    await(child);
    EXPECT(posix_spawn_file_actions_destroy(&actions) == 0);
    EXPECT(posix_spawn(&child, "no such program", NULL, NULL, role_arguments(90, part), environ) == ENOENT);
    put(fd, part, 100, 60000);
    shut(fd);
}

static void over_system(int part)
{
    char command[256];
    snprintf(command, sizeof command,
        "echo shell %d > shell%d; echo more >> file; cat other >> dir/inner; mv other other%d; cp other%d other", part, part,
        part, part);
    EXPECT(system(command) == 0);
    FILE *child = popen("cat > piped", "w");
    EXPECT(child != NULL);
    fprintf(child, "through a pipe %d\n", part);
    EXPECT(pclose(child) == 0);
}

static int clone_body(void *argument)
{
    int *open_and_part = argument;
    open_and_part[0] = open("file", O_RDWR | O_CLOEXEC);
    return 0;
}

static void over_clone_files(int part)
{
    static char stack[65536] __attribute__((aligned(16)));
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(shared != MAP_FAILED);
    pid_t child = (pid_t)NEED(clone(clone_body, stack + sizeof stack, CLONE_FILES | SIGCHLD, shared));
    await(child);
    write_part(shared[0], part);
    shut(shared[0]);
    munmap(shared, 4096);
}

static void send_descriptor(int socket, int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    char byte = 'x';
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    EXPECT(sendmsg(socket, &message, 0) == 1);
}

static int receive_descriptor(int socket)
{
    char control[CMSG_SPACE(sizeof(int))];
    char byte;
    int fd;
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    EXPECT(recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1);
    EXPECT(CMSG_FIRSTHDR(&message) != NULL);
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

static void over_socket(int part)
{
    int ends[2];
    NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        int fd = receive_descriptor(ends[1]);
        write_part(fd, part);
        _exit(0);
    }
    int fd = open_file("file", O_RDWR);
    send_descriptor(ends[0], fd);
    await(child);
    write_part(fd, part);
    shut(fd);
    shut(ends[0]);
    shut(ends[1]);
}

static void by_pidfd_getfd(int part)
{
    int fd = open_file("file", O_RDWR);
    int self = (int)NEED(syscall(SYS_pidfd_open, getpid(), 0));
    int copy = (int)syscall(SYS_pidfd_getfd, self, fd, 0);
    if (copy < 0) {
        note("pidfd_getfd is not permitted");
        copy = (int)NEED(dup(fd));
    }
    write_part(copy, part);
    shut(copy);
    shut(self);
    shut(fd);
}

static void by_o_path(int part)
{
    char path[64];
    int handle = open_file("file", O_PATH);
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
    int fd = open_file(path, O_RDWR);
    write_part(fd, part);
    NEED(truncate(path, 60000 - part));
    NEED(chmod(path, part == 0 ? 0604 : 0606));
    shut(fd);
    fd = open_file(path, part == 0 ? O_RDWR : O_RDWR | O_TRUNC);
    write_part(fd, part);
    shut(fd);
    shut(handle);
}

static void by_file_handle(int part)
{
    struct {
        struct file_handle handle;
        unsigned char room[MAX_HANDLE_SZ];
    } name = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount;
    int directory = open_file(".", O_RDONLY | O_DIRECTORY);
    int fd = -1;
    if (name_to_handle_at(AT_FDCWD, "file", &name.handle, &mount, 0) == 0) {
        fd = open_by_handle_at(directory, &name.handle, O_RDWR | O_CLOEXEC);
    }
    if (fd < 0) {
        note("file handles need root and a file system that has them");
        fd = open_file("file", O_RDWR);
    }
    write_part(fd, part);
    shut(fd);
    shut(directory);
}

static void number_reused_by_pipe(int part)
{
    int ends[2];
    int fd = open_file("file", O_RDWR);
    write_part(fd, part);
    shut(fd);
    NEED(pipe(ends));
    EXPECT(ends[0] == fd || ends[1] == fd);
    if (ends[1] != fd) {
        fd = (int)NEED(dup2(ends[1], fd)), ends[0] = ends[0] == fd ? -1 : ends[0];
    }
    signal(SIGPIPE, SIG_IGN);
    EXPECT(write(fd, bytes_of(part, 100), 100) == 100 || errno == EPIPE);
    shut(fd);
    shut(ends[1]);
}

static void number_reused_by_socket(int part)
{
    int ends[2];
    FILE *file = fopen("file", "r+");
    EXPECT(file != NULL);
    int fd = fileno(file);
    EXPECT(fwrite(bytes_of(part, 300), 300, 1, file) == 1);
    EXPECT(fclose(file) == 0);
    NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    EXPECT(ends[0] == fd);
    EXPECT(write(ends[0], bytes_of(part, 100), 100) == 100);
    EXPECT(send(ends[1], bytes_of(part, 100), 100, 0) == 100);
    shut(ends[0]);
    shut(ends[1]);
}

static void number_reused_after_close_range(int part)
{
    int fd = open_file("file", O_RDWR);
    write_part(fd, part);
    NEED(close_range((unsigned)fd, (unsigned)fd, 0));
    int other = open_file("other", O_RDWR);
    EXPECT(other == fd);
    write_part(other, part);
    closefrom(fd);
    other = open_file(outside("file"), O_RDWR);
    EXPECT(other == fd);
    write_part(other, part);
    shut(other);
}

static void number_reused_after_failed_close(int part)
{
    int fd = open_file("file", O_RDWR);
    write_part(fd, part);
    NEED(syscall(SYS_close, fd));
    EXPECT(close(fd) == -1 && errno == EBADF);
    int other = open_file(outside("file"), O_RDWR);
    EXPECT(other == fd);
    write_part(other, part);
    shut(other);
}

static void beyond_the_table(int part)
{
    struct rlimit more = {200000, 200000};
    int fd = open_file("file", O_RDWR);
    setrlimit(RLIMIT_NOFILE, &more);
    int high = fcntl(fd, F_DUPFD, 100000);
    if (high < 0) {
        note("the limit of descriptors is too low");
        high = (int)NEED(dup(fd));
    }
    write_part(high, part);
    NEED(dup2(open_file("other", O_RDWR), high));
    write_part(high, part);
    shut(high);
    shut(fd);
}

static void of_another_process(int part)
{
    char path[64];
    int ends[2];
    int fd = open_file("file", O_RDWR);
    NEED(pipe(ends));
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        char byte;
        shut(ends[1]);
        EXPECT(read(ends[0], &byte, 1) == 0);
        _exit(0);
    }
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)child, fd);
    shut(fd);
    fd = open_file(path, O_RDWR | (part == 1 ? O_TRUNC : 0));
    write_part(fd, part);
    shut(fd);
    shut(ends[0]);
    shut(ends[1]);
    await(child);
}

static const struct row rows[] = {
    {"opened-before-capture", "WRITE", before_capture, "early"},
    {"duplicated-before-capture", "WRITE", before_capture_duplicated, "early"},
    {"dup", "WRITE", duplicated, NULL},
    {"dup2-over-watched", "WRITE", dup2_over_watched, NULL},
    {"dup3-over-watched", "WRITE", dup3_over_watched, NULL},
    {"dup2-pipe-over-watched", "WRITE", dup2_pipe_over_watched, NULL},
    {"F_DUPFD", "WRITE", by_fcntl, NULL},
    {"fork", "-", over_fork, NULL},
    {"exec", "WRITE", over_exec, NULL},
    {"exec-without-environment", "WRITE", over_exec_without_environment, NULL},
    {"vfork-exec", "WRITE", over_vfork_exec, NULL},
    {"fexecve", "WRITE", over_fexecve, NULL},
    {"posix_spawn", "-", over_posix_spawn, NULL},
    {"system-popen", "-", over_system, NULL},
    {"clone-CLONE_FILES", "WRITE", over_clone_files, NULL},
    {"SCM_RIGHTS", "WRITE", over_socket, NULL},
    {"pidfd_getfd", "WRITE", by_pidfd_getfd, NULL},
    {"O_PATH-reopened", "-", by_o_path, NULL},
    {"open_by_handle_at", "WRITE", by_file_handle, NULL},
    {"number-reused-by-pipe", "WRITE", number_reused_by_pipe, NULL},
    {"number-reused-by-socket", "WRITE", number_reused_by_socket, NULL},
    {"number-reused-after-close_range", "WRITE", number_reused_after_close_range, NULL},
    {"number-reused-after-failed-close", "WRITE", number_reused_after_failed_close, NULL},
    {"number-beyond-100000", "WRITE", beyond_the_table, NULL},
    {"proc-fd-of-another-process", "-", of_another_process, NULL},
};
FAMILY(descriptors);
