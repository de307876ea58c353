/* All rows. */
#ifndef CONFORMANCE_FAMILIES_H
#define CONFORMANCE_FAMILIES_H

#include "row.h"

extern const struct family writes_family;
extern const struct family opens_family;
extern const struct family sizes_family;
extern const struct family transfers_family;
extern const struct family attributes_family;
extern const struct family names_family;
extern const struct family paths_family;
extern const struct family libc_family;

static const struct family *const families[] = {
    &writes_family,
    &opens_family,
    &sizes_family,
    &transfers_family,
    &attributes_family,
    &names_family,
    &paths_family,
    &libc_family,
};

#endif
