/*
 * attributes DIRECTORY OUTSIDE VERB [SEED COUNT]: gives files extended attributes.
 *   before          makes the tree that is there before anybody looks
 *   during          changes it by every call there is
 *   arrive          moves files with attributes in from OUTSIDE
 *   churn           changes attributes and names of a few files at random, COUNT times
 *   unprivileged    changes files of user 1000 as that user, to whom trusted.* is invisible
 *   large           gives a file more than a ring's entry takes; ends with 3 where the file system has no room for it
 * Prints what failed and ends with 1 when anything did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { FILES = 30, SETXATTRAT = 463, REMOVEXATTRAT = 466 };

static const char *outside;
static int failures;

#define DO(call) \
    do { \
        if ((call) < 0) { \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, strerror(errno)); \
            failures++; \
        } \
    } while (0)

static int set(const char *path, const char *name, const char *value)
{
    return setxattr(path, name, value, strlen(value), 0);
}

static void make(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0644);
    DO(fd);
    DO(write(fd, path, strlen(path)));
    DO(close(fd));
}

/* owner rwx, another user rx, group r, mask rx, others none. */
static int set_acl(const char *path, const char *name, uint32_t user)
{
    struct {
        uint32_t version;
        struct {
            uint16_t tag;
            uint16_t permissions;
            uint32_t id;
        } entry[5];
    } acl = {2, {{1, 7, UINT32_MAX}, {2, 5, user}, {4, 4, UINT32_MAX}, {16, 5, UINT32_MAX}, {32, 0, UINT32_MAX}}};
    return setxattr(path, name, &acl, sizeof acl, 0);
}

static int set_capability(const char *path)
{
    uint32_t capability[5] = {0x02000000, 1 << 10, 0, 0, 0};
    return setxattr(path, "security.capability", capability, sizeof capability, 0);
}

static void before(void)
{
    static char large[3000];
    memset(large, 'x', sizeof large - 1);
    make("plain");
    make("user");
    DO(set("user", "user.one", "1"));
    DO(set("user", "user.two", ""));
    make("large");
    DO(set("large", "user.large", large));
    make("acl");
    DO(set_acl("acl", "system.posix_acl_access", 1234));
    make("capable");
    DO(chmod("capable", 0755));
    DO(set_capability("capable"));
    make("written");
    DO(set_capability("written"));
    make("set-id");
    DO(chown("set-id", 1000, 1000));
    DO(chmod("set-id", 06755));
    make("trusted");
    DO(set("trusted", "trusted.one", "t"));
    make("owned");
    make("owned-too");
    DO(set("owned", "trusted.one", "t"));
    DO(set("owned-too", "trusted.one", "t"));
    DO(chown("owned", 1000, 1000));
    DO(chown("owned-too", 1000, 1000));
    DO(chmod(".", 0777));
    DO(mkdir("inherits", 0755));
    DO(set_acl("inherits", "system.posix_acl_default", 4321));
    DO(set("inherits", "user.directory", "d"));
    make("inherits/early");
    DO(mkdir("inherits/below", 0755));
    DO(symlink("user", "symlink"));
    DO(lsetxattr("symlink", "trusted.link", "l", 1, 0));
    DO(mkfifo("fifo", 0600));
    DO(set_acl("fifo", "system.posix_acl_access", 99));
    DO(link("user", "user2"));
    DO(set(".", "user.root", "r"));
}

static void set_at(int directory, const char *path, int flags, const char *name, const char *value)
{
    struct {
        uint64_t value;
        uint32_t size;
        uint32_t flags;
    } arguments = {(uintptr_t)value, (uint32_t)strlen(value), 0};
    long result = syscall(SETXATTRAT, directory, path, flags, name, &arguments, sizeof arguments);
    if (result < 0 && errno == ENOSYS) {
        return;
    }
    DO(result);
}

static void arrive(void)
{
    char file[4096];
    char directory[4096];
    snprintf(file, sizeof file, "%s/file", outside);
    make(file);
    DO(set(file, "user.outside", "o"));
    DO(rename(file, "arrived"));
    snprintf(directory, sizeof directory, "%s/directory", outside);
    snprintf(file, sizeof file, "%s/directory/inner", outside);
    DO(mkdir(directory, 0700));
    DO(set(directory, "user.outside", "d"));
    make(file);
    DO(set_acl(file, "system.posix_acl_access", 7));
    DO(rename(directory, "arrived-directory"));
}

static void during(void)
{
    int fd = open("plain", O_RDWR);
    DO(fd);
    DO(fsetxattr(fd, "user.by-descriptor", "f", 1, 0));
    DO(set("plain", "user.by-path", "p"));
    DO(lsetxattr("plain", "user.by-itself", "l", 1, 0));
    set_at(AT_FDCWD, "plain", 0, "user.at", "a");
    set_at(fd, "", AT_EMPTY_PATH, "user.at-descriptor", "b");
    DO(fremovexattr(fd, "user.by-descriptor"));
    DO(close(fd));
    DO(set("user", "user.one", "other"));
    DO(removexattr("user2", "user.two"));
    DO(set("symlink", "user.through", "s"));
    DO(lremovexattr("symlink", "trusted.link"));
    DO(lsetxattr("symlink", "trusted.other", "o", 1, 0));
    DO(chmod("acl", 0710));
    DO(set_acl("plain", "system.posix_acl_access", 55));
    DO(removexattr("fifo", "system.posix_acl_access"));
    DO(set("trusted", "trusted.two", "2"));
    DO(removexattr("trusted", "trusted.one"));
    make("inherits/late");
    DO(mkdir("inherits/below/late", 0700));
    DO(mknod("inherits/node", S_IFIFO | 0640, 0));
    DO(chown("capable", 1000, 1000));
    make("capable-too");
    DO(set_capability("capable-too"));
    DO(rename("large", "moved"));
    DO(set("moved", "user.more", "m"));
    DO(set(".", "user.root", "changed"));
    int nameless = open(".", O_TMPFILE | O_RDWR, 0600);
    DO(nameless);
    DO(fsetxattr(nameless, "user.nameless", "n", 1, 0));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", nameless);
    DO(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
    int written = open("written", O_WRONLY);
    DO(written);
    DO(write(written, "W", 1));
    DO(close(written));
}

static void unprivileged(void)
{
    DO(setresgid(1000, 1000, 1000));
    DO(setresuid(1000, 1000, 1000));
    DO(chmod("owned", 0600));
    int fd = open("set-id", O_WRONLY);
    DO(fd);
    DO(write(fd, "S", 1));
    DO(close(fd));
    DO(set("owned", "user.own", "u"));
    DO(rename("owned-too", "owned-moved"));
    make("owned-new");
    DO(set("owned-new", "user.own", "n"));
    DO(chmod("owned-new", 0400));
}

static int large(void)
{
    static char value[40000];
    memset(value, 'v', sizeof value);
    make("large-values");
    for (int i = 0; i < 2; i++) {
        char name[32];
        snprintf(name, sizeof name, "user.large-%d", i);
        if (setxattr("large-values", name, value, sizeof value, 0) < 0) {
            return 3;
        }
    }
    DO(chmod("large-values", 0604));
    return 0;
}

static int gone(int result)
{
    return result < 0 && (errno == ENODATA || errno == ENOENT) ? 0 : result;
}

static void churn(long count)
{
    char name[32];
    char other[32];
    for (long i = 0; i < count; i++) {
        char attribute[32];
        char value[32];
        snprintf(name, sizeof name, "churn-%d", rand() % FILES);
        snprintf(other, sizeof other, "churn-%d", rand() % FILES);
        snprintf(attribute, sizeof attribute, "user.%d", rand() % 4);
        snprintf(value, sizeof value, "%ld", i);
        switch (rand() % 11) {
        case 0:
            DO(gone(removexattr(name, attribute)));
            break;
        case 1:
            DO(gone(rename(name, other)));
            break;
        case 2:
            DO(gone(unlink(name)));
            break;
        case 3:
            DO(gone(chmod(name, 0600 | (rand() & 0177))));
            break;
        case 4:
            DO(gone(set_acl(name, "system.posix_acl_access", (uint32_t)rand() % 1000)));
            break;
        case 5:
            DO(gone(removexattr(name, "system.posix_acl_access")));
            break;
        case 6:
        case 7:
            make(name);
            break;
        case 8:
            DO(gone(set_capability(name)));
            break;
        default:
            DO(gone(set(name, attribute, value)));
        }
    }
}

int main(int count, char **arguments)
{
    if (count < 4 || chdir(arguments[1]) != 0) {
        return 2;
    }
    umask(022);
    outside = arguments[2];
    if (strcmp(arguments[3], "before") == 0) {
        before();
    } else if (strcmp(arguments[3], "during") == 0) {
        during();
    } else if (strcmp(arguments[3], "arrive") == 0) {
        arrive();
    } else if (strcmp(arguments[3], "unprivileged") == 0) {
        unprivileged();
    } else if (strcmp(arguments[3], "large") == 0 && large() != 0) {
        return 3;
    } else if (count == 6) {
        srand((unsigned)atol(arguments[4]));
        churn(atol(arguments[5]));
    }
    return failures > 0;
}
