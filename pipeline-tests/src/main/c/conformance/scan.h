/* Prints what is in a directory, for comparison; see scan.c for the lines. */
#ifndef CONFORMANCE_SCAN_H
#define CONFORMANCE_SCAN_H

void scan(const char *directory);

#endif
