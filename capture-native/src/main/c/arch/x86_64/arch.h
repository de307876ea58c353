/* What has to be said in x86_64's own instructions. None of it touches a vector register. */
#ifndef CATCHWATER_ARCH_H
#define CATCHWATER_ARCH_H

#include <stddef.h>

static inline long arch_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline void arch_pause(void)
{
    __asm__ volatile("pause" ::: "memory");
}

static inline void arch_copy(void *to, const void *from, size_t bytes)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static inline void arch_fill(void *start, int value, size_t bytes)
{
    __asm__ volatile("rep stosb" : "+D"(start), "+c"(bytes) : "a"(value) : "memory");
}

#endif
