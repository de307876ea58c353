/*
 * bench FILE: nanoseconds of a 4 KiB pwrite, of getppid, of open with O_CREAT and close, and of write to a
 * pipe; medians of many short runs. Run bare and under the hook, alternately.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 201, CALLS = 400 };

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(void (*once)(void))
{
    static double runs[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double begun = now_ns();
        for (int j = 0; j < CALLS; j++) {
            once();
        }
        runs[i] = (now_ns() - begun) / CALLS;
    }
    qsort(runs, RUNS, sizeof *runs, ascending);
    return runs[RUNS / 2];
}

static int file;
static int ends[2];
static const char *path;
static char block[4096];
static unsigned turn;

static void pwrite_once(void)
{
    if (pwrite(file, block, sizeof block, (off_t)(turn++ % 256) * 4096) < 0) {
        abort();
    }
}

static void write_once(void)
{
    if (turn++ % 256 == 0) {
        lseek(file, 0, SEEK_SET);
    }
    if (write(file, block, sizeof block) < 0) {
        abort();
    }
}

static void getppid_once(void)
{
    getppid();
}

static void open_once(void)
{
    close(open(path, O_CREAT | O_RDWR, 0600));
}

static void read_open_once(void)
{
    close(open(path, O_RDONLY));
}

static void pipe_once(void)
{
    char byte[8];
    if (write(ends[1], block, 8) != 8 || read(ends[0], byte, 8) != 8) {
        abort();
    }
}

int main(int count, char **arguments)
{
    path = count > 1 ? arguments[1] : "bench.file";
    file = open(path, O_CREAT | O_RDWR, 0600);
    if (file < 0 || pipe(ends) != 0) {
        return 1;
    }
    printf("pwrite4k %.0f write4k %.0f pipe %.0f open-create+close %.0f open-read+close %.0f getppid %.0f\n", median_of(pwrite_once),
           median_of(write_once), median_of(pipe_once), median_of(open_once), median_of(read_open_once), median_of(getppid_once));
    return 0;
}
