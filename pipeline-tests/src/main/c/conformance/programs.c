/* Programs that others wrote. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "role.h"
#include "row.h"
#include "workspace.h"

static void shell(const char *command, int part)
{
    NEED(setenv("PART", part == 0 ? "0" : "1", 1));
    EXPECT(system(command) == 0);
}

static void copying(int part)
{
    shell("cp -a dir copy$PART && cp --sparse=always file sparse$PART && install -m 604 other installed$PART", part);
}

static void archives(int part)
{
    shell("tar -cf archive$PART.tar dir file twin sym && mkdir out$PART && tar -C out$PART -xf archive$PART.tar"
          " && rm -rf dir/sub", part);
}

static void editing(int part)
{
    shell("printf 'one\\ntwo\\n' > text$PART && sed -i s/one/three/ text$PART && echo four | tee -a text$PART > /dev/null"
          " && sort -o text$PART text$PART && truncate -s 12345 other && dd if=file of=other bs=1000 seek=3 count=2"
          " conv=notrunc status=none && gzip -nk text$PART", part);
}

static void removing(int part)
{
    shell(part == 0 ? "rm -rf dir && mv other renamed && ln -sfn gone sym && touch new" : "find . -type f -delete", part);
}

static void a_daemon(int part)
{
    const char *name = numbered("daemon", part);
    pid_t child = (pid_t)NEED(fork());
    if (child == 0) {
        if (fork() == 0) {
            /* Its parent is gone by now, or soon will be. */
            setsid();
            usleep(20000);
            make_file(name, part, 1000);
            _exit(0);
        }
        _exit(0);
    }
    await(child);
    for (int i = 0; access(name, F_OK) != 0; i++) {
        EXPECT(i < 2000);
        usleep(5000);
    }
    usleep(50000);
}

static void statically_linked(int part)
{
    char path[4096];
    char command[8192];
    snprintf(path, sizeof path, "%.4000s-static", role_program());
    snprintf(command, sizeof command, "'%s' %s", path, part == 0 ? "file" : "other");
    if (access(path, X_OK) != 0) {
        note("no statically linked program");
        return;
    }
    EXPECT(system(command) == 0);
}

static const struct row rows[] = {
    {"cp-install", "-", copying, NULL},
    {"tar", "-", archives, "random"},
    {"sed-sort-dd-truncate-gzip", "-", editing, NULL},
    {"rm-mv-ln-find", "-", removing, NULL},
    {"daemon", "-", a_daemon, NULL},
    {"statically-linked", "-", statically_linked, "known: no loader, no hook"},
};
FAMILY(programs);
