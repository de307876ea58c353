/* An exported symbol that is one jump: arguments, stack and return address stay the program's. */
#ifndef CATCHWATER_ARCH_THUNK_H
#define CATCHWATER_ARCH_THUNK_H

#define ARCH_THUNK(symbol) \
    __asm__(".text\n" \
            ".globl " #symbol "\n" \
            ".type " #symbol ", @function\n" \
            #symbol ":\n" \
            ".cfi_startproc\n" \
            "jmp *next_" #symbol "(%rip)\n" \
            ".cfi_endproc\n" \
            ".size " #symbol ", .-" #symbol "\n")

#endif
