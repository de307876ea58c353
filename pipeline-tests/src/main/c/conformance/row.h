/* Rows of the conformance table: each is one way in which a program changes its files. */
#ifndef CONFORMANCE_ROW_H
#define CONFORMANCE_ROW_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A row does its thing twice: part 0 before the cut, part 1 between the cut and the end. A row that has to begin before
 * capture does is called with part EARLY first. The current directory is the row's own; see workspace.h for
 * what is there.
 */
enum { EARLY = -1 };

struct row {
    const char *name;
    /* The only kind of entry that carries it (ring.def), or "-" for several: then only a missing hook proves the row. */
    const char *kind;
    void (*step)(int part);
    /*
     * NULL, or what the table is to say, several joined with "; ":
     *   early         part EARLY comes first
     *   random        two runs need not come to the same
     *   lists         makes the names of the whole tree be listed again, which would hide what others lose
     *   detected: …   the status has to name it: its path, or this text
     *   known: …      is not in the backup, and everybody knows
     *   not run: …    what speaks against it
     */
    const char *mark;
};

struct family {
    const char *name;
    const struct row *rows;
    size_t count;
};

#define FAMILY(name) \
    const struct family name##_family = {#name, rows, sizeof rows / sizeof rows[0]}

#endif
