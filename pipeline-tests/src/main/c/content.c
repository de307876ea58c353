#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "writer.h"

uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t below(struct thread *thread, uint64_t limit)
{
    return next_random(&thread->random) % limit;
}

void fill(uint8_t *bytes, uint64_t length, uint64_t offset, uint64_t id)
{
    uint64_t done = 0;
    while (done < length) {
        uint64_t at = offset + done, inside = at % CELL_BYTES;
        uint64_t cell[2] = {id, at - inside};
        uint64_t run = CELL_BYTES - inside < length - done ? CELL_BYTES - inside : length - done;
        memcpy(bytes + done, (const uint8_t *)cell + inside, run);
        done += run;
    }
}

void choose_call(struct thread *thread, char call[16])
{
    static const char *const calls[] = {"pwrite", "pwrite", "pwritev", "write", "writev"};
    snprintf(call, 16, "%s", calls[below(thread, 5)]);
}

long write_at(int descriptor, const uint8_t *bytes, uint64_t length, uint64_t offset, const char *call)
{
    uint64_t third = length / 3;
    struct iovec parts[3] = {
        {(void *)(uintptr_t)bytes, third},
        {(void *)(uintptr_t)(bytes + third), third},
        {(void *)(uintptr_t)(bytes + 2 * third), length - 2 * third},
    };
    if (strcmp(call, "pwritev") == 0)
        return pwritev(descriptor, parts, 3, (off_t)offset);
    if (strcmp(call, "pwrite") == 0)
        return pwrite(descriptor, bytes, length, (off_t)offset);
    if (lseek(descriptor, (off_t)offset, SEEK_SET) < 0)
        fail("lseek");
    return strcmp(call, "writev") == 0 ? writev(descriptor, parts, 3) : write(descriptor, bytes, length);
}

const char *spelled(struct thread *thread, const char *path, char room[4096])
{
    if (below(thread, 2) == 0)
        return path;
    snprintf(room, 4096, "%s/%s", thread->settings->directory, path);
    return room;
}
