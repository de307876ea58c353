#include "stack.h"

#include "kernel.h"

enum {
    SS_ONSTACK = 1,
};

struct signal_stack {
    uintptr_t start;
    int flags;
    size_t bytes;
};

bool stack_abandoned(uintptr_t then, uintptr_t now)
{
    struct signal_stack stack = {0, 0, 0};
    kernel(__NR_sigaltstack, 0, &stack);
    bool now_there = (stack.flags & SS_ONSTACK) != 0;
    bool then_there = then >= stack.start && then < stack.start + stack.bytes;
    return now_there == then_there ? now >= then : then_there;
}
