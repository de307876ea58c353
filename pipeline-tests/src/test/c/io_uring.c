/*
 * io_uring FILE GO READY END: makes FILE, waits for GO, writes the first block by io_uring where it may, the second by an
 * ordinary call, says so in READY, waits for END.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES = 4, BLOCK_BYTES = 4096, POLL_US = 20000 };

static void require(bool condition, const char *what)
{
    if (!condition) {
        perror(what);
        exit(1);
    }
}

static uint8_t *map(int ring, size_t bytes, off_t offset)
{
    uint8_t *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, offset);
    require(at != MAP_FAILED, "mmap");
    return at;
}

#ifdef HIDDEN
/* By an instruction of its own, in a library that is loaded later. */
static long set_up(struct io_uring_params *params)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(SYS_io_uring_setup), "D"(ENTRIES), "S"(params) : "rcx", "r11", "memory");
    return result;
}
#else
static long set_up(struct io_uring_params *params)
{
    return syscall(SYS_io_uring_setup, ENTRIES, params);
}
#endif

/* False when there is no io_uring to be had. */
static bool write_asynchronously(int fd, const char *block)
{
    struct io_uring_params params = {0};
    int ring = (int)set_up(&params);
    if (ring < 0) {
        require(errno == ENOSYS, "io_uring_setup");
        return false;
    }
    uint8_t *submission = map(ring, params.sq_off.array + params.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
    uint8_t *completion = map(ring, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
    struct io_uring_sqe *entry = (void *)map(ring, params.sq_entries * sizeof *entry, IORING_OFF_SQES);
    *entry = (struct io_uring_sqe){.opcode = IORING_OP_WRITE, .fd = fd, .addr = (uintptr_t)block, .len = BLOCK_BYTES};
    ((uint32_t *)(submission + params.sq_off.array))[0] = 0;
    __atomic_store_n((uint32_t *)(submission + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    require(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1, "io_uring_enter");
    const struct io_uring_cqe *done = (void *)(completion + params.cq_off.cqes);
    require(done->res == BLOCK_BYTES, "a write");
    return true;
}

static void await(const char *path)
{
    while (access(path, F_OK) != 0) {
        usleep(POLL_US);
    }
}

int main(int count, char **arguments)
{
    static char block[2][BLOCK_BYTES];
    require(count == 5, "four arguments");
    memset(block[0], 'a', BLOCK_BYTES);
    memset(block[1], 'o', BLOCK_BYTES);
    int fd = open(arguments[1], O_RDWR | O_CREAT, 0600);
    await(arguments[2]);
    bool granted = write_asynchronously(fd, block[0]);
    require(granted || pwrite(fd, block[0], BLOCK_BYTES, 0) == BLOCK_BYTES, "pwrite");
    require(pwrite(fd, block[1], BLOCK_BYTES, BLOCK_BYTES) == BLOCK_BYTES, "pwrite");
    int ready = open(arguments[3], O_WRONLY | O_CREAT, 0600);
    dprintf(ready, granted ? "granted" : "denied");
    await(arguments[4]);
    return 0;
}
