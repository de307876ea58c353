/* All rows. */
#ifndef CONFORMANCE_FAMILIES_H
#define CONFORMANCE_FAMILIES_H

#include "row.h"

extern const struct family writes_family;
extern const struct family buffers_family;
extern const struct family opens_family;
extern const struct family sizes_family;
extern const struct family transfers_family;
extern const struct family attributes_family;
extern const struct family names_family;
extern const struct family paths_family;
extern const struct family libc_family;
extern const struct family programs_family;
extern const struct family threads_family;
extern const struct family mapped_family;
extern const struct family errors_family;
extern const struct family sharing_family;
extern const struct family descriptors_family;

static const struct family *const families[] = {
    &writes_family,
    &buffers_family,
    &opens_family,
    &sizes_family,
    &transfers_family,
    &attributes_family,
    &names_family,
    &paths_family,
    &libc_family,
    &programs_family,
    &threads_family,
    &mapped_family,
    &errors_family,
    &sharing_family,
    &descriptors_family,
};

#endif
