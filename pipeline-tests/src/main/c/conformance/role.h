/* What this program does when a row executes it. */
#ifndef CONFORMANCE_ROLE_H
#define CONFORMANCE_ROLE_H

#include <sys/types.h>

/* Plays the role: its name, and what it is given. Returns the exit status. */
int role(int count, char **arguments);

/* The path of this program. */
const char *role_program(void);

#endif
