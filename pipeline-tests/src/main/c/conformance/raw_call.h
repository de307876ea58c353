/* A system call without the C library, at the place where this is used. */
#ifndef CONFORMANCE_RAW_CALL_H
#define CONFORMANCE_RAW_CALL_H

static inline __attribute__((always_inline)) long raw_call(long number, long a, long b, long c, long d)
{
    long result;
    register long fourth __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
    return result;
}

#endif
