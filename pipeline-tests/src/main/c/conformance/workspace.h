/*
 * What every row finds in its directory, all of 2001 and mode 0640 or 0750:
 *
 *   file    64 KiB, with the second name `twin`        other   8 KiB         empty   0 bytes
 *   dir/    with `inner`, 16 KiB, and sub/leaf         gone/   empty         sym     to file
 *
 * and in $CONFORMANCE_OUTSIDE, which is not watched, on the same file system:
 *
 *   file    8 KiB           tree/  with `inner` and sub/leaf
 *
 * What fails ends the program with a message and status 1.
 */
#ifndef CONFORMANCE_WORKSPACE_H
#define CONFORMANCE_WORKSPACE_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/types.h>

enum { FILE_BYTES = 65536, OTHER_BYTES = 8192, INNER_BYTES = 16384, PART_BYTES = 5000 };

/* Fills the current directory and the one outside. */
void workspace_prepare(void);

/* The path of a name outside the tree; valid until the fourth next call. */
const char *outside(const char *name);

/* `name` and the part's number, such as new0; valid until the fourth next call. */
const char *numbered(const char *name, int part);

/* Bytes that differ with the part and from file to file; at most 4 MiB. Not to be written to. */
const void *bytes_of(int part, size_t length);

/* As open(2), and ends the program when it fails. */
int open_file(const char *name, int flags);

/* Writes all of it at the offset, by pwrite. */
void put(int fd, int part, size_t length, off_t offset);

/* Closes a descriptor. */
void shut(int fd);

/* Makes a file of so many bytes. */
void make_file(const char *name, int part, size_t length);

/* Says something about this run that the table is to repeat. */
void note(const char *text);

/* Waits for a child; its status has to be 0. */
void await(pid_t child);

/* The value, which must not be -1. */
#define NEED(call) need((long)(call), #call, __FILE__, __LINE__)
#define EXPECT(condition) expect((condition), #condition, __FILE__, __LINE__)

long need(long value, const char *what, const char *file, int line);
void expect(int holds, const char *what, const char *file, int line);

#endif
