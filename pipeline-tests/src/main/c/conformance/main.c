/*
 * catchwater-conformance list                    name, family, kind and mark of every row, separated by tabs
 * catchwater-conformance prepare DIR OUTSIDE ROW…
 *                                                makes the rows' directories
 * catchwater-conformance run ROW DIR OUTSIDE     does part 0, prints "half", waits for a line, does part 1; a row marked
 *                                                "early" prints "early" and waits for a line before all that
 * catchwater-conformance sequences prepare|run SEED COUNT DIR OUTSIDE
 *                                                makes directories for random sequences; does them, printing each
 * catchwater-conformance scan DIR                what is there
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "families.h"
#include "role.h"
#include "scan.h"
#include "sequences.h"
#include "workspace.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void list(void)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        for (size_t j = 0; j < families[i]->count; j++) {
            const struct row *row = &families[i]->rows[j];
            printf("%s\t%s\t%s\t%s\n", row->name, families[i]->name, row->kind, row->mark != NULL ? row->mark : "");
        }
    }
}

static const struct row *find(const char *name)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        for (size_t j = 0; j < families[i]->count; j++) {
            if (strcmp(families[i]->rows[j].name, name) == 0) {
                return &families[i]->rows[j];
            }
        }
    }
    fprintf(stderr, "no row %s\n", name);
    exit(2);
}

/* Makes the row's directories and enters the one that is watched. */
static void enter(const char *row, const char *directory, const char *beside)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", beside, row);
    NEED(mkdir(path, 0750) == -1 ? access(path, X_OK) : 0);
    NEED(setenv("CONFORMANCE_OUTSIDE", path, 1));
    snprintf(path, sizeof path, "%s/%s", directory, row);
    NEED(mkdir(path, 0750) == -1 ? access(path, X_OK) : 0);
    NEED(chdir(path));
}

static void prepare(const char *directory, const char *beside, char **names)
{
    umask(0);
    for (; *names != NULL; names++) {
        enter(find(*names)->name, directory, beside);
        workspace_prepare();
    }
}

static void barrier(const char *name)
{
    char line[16];
    dprintf(STDOUT_FILENO, "%s\n", name);
    EXPECT(read(STDIN_FILENO, line, sizeof line) > 0);
}

static int run(const char *name)
{
    const struct row *row = find(name);
    umask(022);
    if (row->mark != NULL && strncmp(row->mark, "early", 5) == 0) {
        row->step(EARLY);
        barrier("early");
    }
    row->step(0);
    barrier("half");
    row->step(1);
    return 0;
}

static void sequences(const char *verb, uint64_t seed, int count, char **places)
{
    char name[16];
    umask(0);
    for (int number = 0; number < count; number++) {
        snprintf(name, sizeof name, "s%05d", number);
        enter(name, places[0], places[1]);
        if (strcmp(verb, "prepare") == 0) {
            workspace_prepare();
        } else {
            printf("%s\t%s\n", name, sequence_text(seed, number));
            sequence_run(seed, number);
        }
    }
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "list") == 0) {
        list();
    } else if (count >= 4 && strcmp(arguments[1], "prepare") == 0) {
        prepare(arguments[2], arguments[3], arguments + 4);
    } else if (count == 5 && strcmp(arguments[1], "run") == 0) {
        find(arguments[2]);
        enter(arguments[2], arguments[3], arguments[4]);
        return run(arguments[2]);
    } else if (count == 7 && strcmp(arguments[1], "sequences") == 0) {
        sequences(arguments[2], strtoull(arguments[3], NULL, 10), atoi(arguments[4]), arguments + 5);
    } else if (count == 3 && strcmp(arguments[1], "scan") == 0) {
        scan(arguments[2]);
    } else if (count >= 2 && strcmp(arguments[1], "role") == 0) {
        return role(count - 2, arguments + 2);
    } else {
        fprintf(stderr, "see main.c\n");
        return 2;
    }
    return 0;
}
