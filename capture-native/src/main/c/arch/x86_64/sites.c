/* Finding system call instructions in x86_64 text. Runs in the constructor only: vector registers are free there. */
#include <emmintrin.h>
#include <stdbool.h>
#include <string.h>

#include "call.h"
#include "patch/arch.h"
#include "patch/clones.h"

enum {
    MOVE_TO_EAX = 0xb8,
    MOVE_TO_EAX_BYTES = 5,
    LOOK_BACK_BYTES = 24,
    SYSCALL_BYTES = 2,
    NUMBER_LIMIT = 512,
};

/* What stands before a syscall instruction, where that is not a plain `mov $number, %eax`. */
struct pattern {
    uint8_t bytes[12];
    uint8_t length;
    /* How much of the end moves into the stub: at least the 5 bytes of a jump. */
    uint8_t moved;
};

static const struct pattern patterns[] = {
    /* syscall(): mov 8(%rsp),%r9 */
    {{0x4c, 0x8b, 0x4c, 0x24, 0x08}, 5, 5},
    /* glibc 2.41, __internal_syscall_cancel: mov 16(%rsp),%rax */
    {{0x48, 0x8b, 0x44, 0x24, 0x10}, 5, 5},
    /* glibc 2.41, __syscall_cancel_arch: mov %r11,8(%rsp) */
    {{0x4c, 0x89, 0x5c, 0x24, 0x08}, 5, 5},
    /* openat: mov $AT_FDCWD,%edi */
    {{0xbf, 0x9c, 0xff, 0xff, 0xff}, 5, 5},
    /* posix_fallocate: mov %rsi,%rdx; xor %esi,%esi */
    {{0x48, 0x89, 0xf2, 0x31, 0xf6}, 5, 5},
    /* copy_file_range, splice: mov 16(%rsp),%rsi; mov 8(%rsp),%edi */
    {{0x48, 0x8b, 0x74, 0x24, 0x10, 0x8b, 0x7c, 0x24, 0x08}, 9, 9},
    /* liburing 2.3, io_uring_queue_init_params: mov %rsi,%rbx; mov %rdx,%rsi */
    {{0x48, 0x89, 0xf3, 0x48, 0x89, 0xd6}, 6, 6},
    /* the same, after a failure: mov $close,%eax; mov %r12d,%edi */
    {{0xb8, 0x03, 0x00, 0x00, 0x00, 0x44, 0x89, 0xe7}, 8, 8},
    /* if_nameindex: mov $close,%eax; mov -96(%rbp),%edi */
    {{0xb8, 0x03, 0x00, 0x00, 0x00, 0x8b, 0x7d, 0xa0}, 8, 8},
    /* the resolver: mov $writev,%eax; add $1,%edx */
    {{0xb8, 0x14, 0x00, 0x00, 0x00, 0x83, 0xc2, 0x01}, 8, 8},
    /* psignal's kin: movb $'s',-1993(%rbp) */
    {{0xc6, 0x85, 0x37, 0xf8, 0xff, 0xff, 0x73}, 7, 7},
};

static bool wanted(long number)
{
    return call_is_captured(number) || clone_is(number);
}

static long immediate(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value < NUMBER_LIMIT ? (long)value : SITE_NONE;
}

/* With a REX prefix the same byte moves to r8, not eax. */
static bool moves_to_eax(const uint8_t *at)
{
    return at[0] == MOVE_TO_EAX && (at[-1] & 0xf9) != 0x41;
}

/* The number that was moved to eax shortly before, by a guess that serves for counting and for known patterns. */
static long number_before(const uint8_t *instruction, size_t from)
{
    for (size_t back = from; back <= LOOK_BACK_BYTES; back++) {
        if (moves_to_eax(instruction - back) && immediate(instruction - back + 1) != SITE_NONE) {
            return immediate(instruction - back + 1);
        }
    }
    return SITE_NONE;
}

static bool is_dynamic(const struct pattern *pattern)
{
    return pattern < &patterns[3];
}

/*
 * A thread's end in glibc: mov $exit,%edx; nops; then, in a loop, xor %edi,%edi; mov %edx,%eax; syscall. The first
 * of them becomes the jump; the loop goes back to the second.
 */
static bool ends_thread(const uint8_t *instruction, struct site *site)
{
    static const uint8_t loop[] = {0x31, 0xff, 0x89, 0xd0};
    static const uint8_t move[] = {0xba, __NR_exit, 0x00, 0x00, 0x00};
    if (memcmp(instruction - sizeof loop, loop, sizeof loop) != 0) {
        return false;
    }
    for (size_t back = sizeof loop + sizeof move; back <= LOOK_BACK_BYTES; back++) {
        if (memcmp(instruction - back, move, sizeof move) == 0) {
            site->begin = instruction - back;
            site->number = __NR_exit;
            return true;
        }
    }
    return false;
}

/*
 * Whether these bytes may stand behind a system call: a look at its result, a return, a jump, a move. The same two bytes
 * inside another instruction, in a constant for one, are followed by anything.
 */
static bool may_follow(const uint8_t *next)
{
    static const uint8_t first[] = {
        0x31, 0x39, 0x3b, 0x3d, 0x41, 0x44, 0x45, 0x48, 0x49, 0x4c, 0x4d, 0x50, 0x53, 0x55, 0x58, 0x59, 0x5a, 0x5b, 0x5d,
        0x5e, 0x5f, 0x63, 0x66, 0x83, 0x85, 0x89, 0x8b, 0x8d, 0x90, 0xc3, 0xc7, 0xc9, 0xcc, 0xe8, 0xe9, 0xeb, 0xf3, 0xf4,
        0xf7, 0xff, 0x0f,
    };
    bool moves_or_jumps = (*next & 0xf8) == 0xb8 || (*next & 0xf0) == 0x70;
    return moves_or_jumps || memchr(first, *next, sizeof first) != NULL;
}

/* Fills in the site; its number is SITE_NONE or SITE_UNKNOWN when it is not to be patched. */
static void classify(const uint8_t *instruction, struct site *site, long *number)
{
    site->instruction = instruction;
    site->begin = instruction - MOVE_TO_EAX_BYTES;
    *number = SITE_NONE;
    if (moves_to_eax(site->begin)) {
        *number = immediate(site->begin + 1);
        site->number = wanted(*number) ? *number : SITE_NONE;
        return;
    }
    if (ends_thread(instruction, site)) {
        *number = site->number;
        return;
    }
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const struct pattern *pattern = &patterns[i];
        if (memcmp(instruction - pattern->length, pattern->bytes, pattern->length) == 0) {
            site->begin = instruction - pattern->moved;
            site->number = is_dynamic(pattern) ? SITE_ANY_NUMBER : number_before(instruction, MOVE_TO_EAX_BYTES + 1);
            *number = site->number;
            if (is_dynamic(pattern) || wanted(*number)) {
                return;
            }
        }
    }
    *number = number_before(instruction, MOVE_TO_EAX_BYTES + 1);
    site->number = wanted(*number) && may_follow(instruction + SYSCALL_BYTES) ? SITE_UNKNOWN : SITE_NONE;
}

/* The next place that holds 0f 05, or end. */
static const uint8_t *next_syscall(const uint8_t *at, const uint8_t *end)
{
    const __m128i first = _mm_set1_epi8(0x0f);
    const __m128i second = _mm_set1_epi8(0x05);
    for (; at + 17 <= end; at += 16) {
        __m128i a = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)at), first);
        __m128i b = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + 1)), second);
        int hits = _mm_movemask_epi8(_mm_and_si128(a, b));
        if (hits != 0) {
            return at + __builtin_ctz((unsigned)hits);
        }
    }
    for (; at + 2 <= end; at++) {
        if (at[0] == 0x0f && at[1] == 0x05) {
            return at;
        }
    }
    return end;
}

size_t arch_find_sites(const uint8_t *start, const uint8_t *end, struct site *sites, void (*unknown)(long number))
{
    size_t found = 0;
    if (end - start <= LOOK_BACK_BYTES) {
        return 0;
    }
    const uint8_t *at = next_syscall(start + LOOK_BACK_BYTES + 1, end);
    for (; at + SYSCALL_BYTES < end && found < SITE_LIMIT; at = next_syscall(at + 2, end)) {
        long number;
        classify(at, &sites[found], &number);
        if (sites[found].number == SITE_UNKNOWN) {
            unknown(number);
        } else if (sites[found].number != SITE_NONE) {
            found++;
        }
    }
    return found;
}
