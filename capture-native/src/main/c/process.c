#include "process.h"

#include "kernel.h"
#include "memory.h"
#include "ring.h"

enum {
    MADV_WIPEONFORK = 18,
    START_TIME_FIELD = 22,
    STATE_FIELD = 3,
    STAT_BYTES = 512,
    PROC_PATH_BYTES = 64,
};

/* All zero in a child until it has asked. pid is stored last. */
struct token {
    uint64_t start_time;
    uint32_t pid;
};

static struct token *token;
struct process_coverage process_coverage;

bool process_start(void)
{
    struct token *page = memory_map(PAGE_BYTES);
    if (page == NULL || kernel_failed(kernel(__NR_madvise, page, PAGE_BYTES, MADV_WIPEONFORK))) {
        return false;
    }
    token = page;
    return true;
}

static char *put_text(char *at, const char *text)
{
    while (*text != 0) {
        *at++ = *text++;
    }
    *at = 0;
    return at;
}

static char *put_number(char *at, uint32_t number)
{
    char digits[12];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    *at = 0;
    return at;
}

struct stat_line {
    char state;
    uint64_t start_time;
};

/* Reads the state and start time of a thread from its stat; a negative errno when it is not there. */
static long read_stat(const char *path, struct stat_line *line)
{
    char text[STAT_BYTES];
    long fd = kernel(__NR_open, path, O_CLOEXEC);
    if (kernel_failed(fd)) {
        return fd;
    }
    long length = kernel(__NR_read, fd, text, sizeof text - 1);
    kernel(__NR_close, fd);
    if (length <= 0) {
        return length < 0 ? length : -E_SRCH;
    }
    text[length] = 0;
    const char *at = text + length;
    while (at > text && *at != ')') {
        at--;
    }
    line->state = at[0] == ')' && at[1] != 0 ? at[2] : 'X';
    line->start_time = 0;
    int field = STATE_FIELD - 1;
    for (at++; *at != 0 && field < START_TIME_FIELD; at++) {
        field += *at == ' ';
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        line->start_time = line->start_time * 10 + (uint64_t)(*at - '0');
    }
    return 0;
}

struct process_identity process_self(void)
{
    struct process_identity self;
    self.pid = __atomic_load_n(&token->pid, __ATOMIC_ACQUIRE);
    if (self.pid == 0) {
        self = process_stranger();
        __atomic_store_n(&token->start_time, self.start_time, __ATOMIC_RELAXED);
        __atomic_store_n(&token->pid, self.pid, __ATOMIC_RELEASE);
    }
    self.start_time = __atomic_load_n(&token->start_time, __ATOMIC_RELAXED);
    return self;
}

uint32_t process_known_pid(void)
{
    return __atomic_load_n(&token->pid, __ATOMIC_ACQUIRE);
}

struct process_identity process_stranger(void)
{
    struct stat_line line = {0, 0};
    struct process_identity self;
    self.pid = (uint32_t)kernel(__NR_getpid, 0);
    read_stat("/proc/self/stat", &line);
    self.start_time = line.start_time;
    return self;
}

bool process_thread_gone(uint64_t owner, uint64_t start_time)
{
    uint32_t pid = (uint32_t)(owner >> 32);
    uint32_t tid = (uint32_t)owner;
    char path[PROC_PATH_BYTES];
    struct stat_line line;
    if (start_time == PROCESS_REPLACED || kernel(__NR_kill, pid, 0) == -E_SRCH) {
        return true;
    }
    put_text(put_number(put_text(path, "/proc/"), pid), "/stat");
    long result = read_stat(path, &line);
    if (result == -E_NOENT || result == -E_SRCH) {
        return true;
    }
    if (result != 0) {
        return false;
    }
    if (start_time != 0 && line.start_time != start_time) {
        return true;
    }
    if (tid != pid) {
        put_text(put_number(put_text(put_number(put_text(path, "/proc/"), pid), "/task/"), tid), "/stat");
        result = read_stat(path, &line);
        if (result == -E_NOENT || result == -E_SRCH) {
            return true;
        }
    }
    return result == 0 && (line.state == 'Z' || line.state == 'X');
}

void process_retire_earlier_program(void)
{
    struct process_identity self = process_self();
    uint32_t used = __atomic_load_n(&ring.header->slot_high_water, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < used && i < RING_SLOT_LIMIT; i++) {
        struct ring_slot *slot = &ring.slots[i];
        uint64_t owner = __atomic_load_n(&slot->owner, __ATOMIC_ACQUIRE);
        if (owner >> 32 != self.pid || __atomic_load_n(&slot->start_time, __ATOMIC_ACQUIRE) != self.start_time) {
            continue;
        }
        if ((__atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE) & 1) != 0) {
            __atomic_store_n(&slot->start_time, PROCESS_REPLACED, __ATOMIC_RELEASE);
        } else {
            __atomic_store_n(&slot->start_time, 0, __ATOMIC_RELEASE);
            __atomic_store_n(&slot->owner, 0, __ATOMIC_RELEASE);
        }
    }
}
