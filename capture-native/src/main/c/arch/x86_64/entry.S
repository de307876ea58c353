/*
 * The way from a patched site into the hook and back, as transparent as the syscall instruction: only rax, rcx,
 * r11 and flags may change.
 *
 * catchwater_entry is jumped to, with r11 = the address after the site's syscall instruction and the call in the
 * kernel's registers. For the unwinder it is as if the C library's function had called it: the return address is
 * the site, so a cancelled thread unwinds past the stub, which has no unwind information. Its personality routine hears
 * of that.
 */
	.text

	/* A thread may be cancelled at any instruction: each has to be unwound rightly. */
	.macro	leave_entry
	mov	%rbp, %rsp
	.cfi_def_cfa rsp, 144
	pop	%rbp
	.cfi_def_cfa_offset 136
	.cfi_restore rbp
	pop	%r11
	.cfi_def_cfa_offset 128
	.cfi_register rip, r11
	lea	128(%rsp), %rsp
	.cfi_def_cfa_offset 0
	.endm

	.globl	catchwater_entry
	.hidden	catchwater_entry
	.type	catchwater_entry, @function
catchwater_entry:
	.cfi_startproc
	.cfi_personality 0x9b, catchwater_personality_reference
	.cfi_def_cfa rsp, 0
	.cfi_register rip, r11
	lea	-128(%rsp), %rsp		/* the program's red zone */
	.cfi_def_cfa_offset 128
	push	%r11
	.cfi_def_cfa_offset 136
	.cfi_offset rip, -136
	push	%rbp
	.cfi_def_cfa_offset 144
	.cfi_offset rbp, -144
	mov	%rsp, %rbp
	.cfi_def_cfa rbp, 144
	sub	$64, %rsp
	and	$-16, %rsp
	mov	%rax, (%rsp)			/* struct call */
	mov	%rdi, 8(%rsp)
	mov	%rsi, 16(%rsp)
	mov	%rdx, 24(%rsp)
	mov	%r10, 32(%rsp)
	mov	%r8, 40(%rsp)
	mov	%r9, 48(%rsp)
	mov	%rsp, %rdi
	call	call_capture
	mov	%eax, %ecx
	mov	(%rsp), %rax
	mov	8(%rsp), %rdi
	mov	16(%rsp), %rsi
	mov	24(%rsp), %rdx
	mov	32(%rsp), %r10
	mov	40(%rsp), %r8
	mov	48(%rsp), %r9
	test	%cl, %cl
	jz	1f
	mov	56(%rsp), %rax
	.cfi_remember_state
	leave_entry
	jmp	*%r11
	.cfi_restore_state
1:	/* Not ours: to the syscall instruction itself, where cancellation and seccomp expect it. */
	leave_entry
	lea	-2(%r11), %r11
	jmp	*%r11
	.cfi_endproc
	.size	catchwater_entry, .-catchwater_entry

/*
 * Around a clone, whose child may run on another stack: called by the stub, ecx = number, rdi = the clone's first
 * argument, rax = its result afterwards. All registers are kept.
 */
	.macro	around name, function
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.cfi_startproc
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset rbp, -16
	mov	%rsp, %rbp
	.cfi_def_cfa rbp, 16
	push	%rax
	push	%rdi
	push	%rsi
	push	%rdx
	push	%r10
	push	%r8
	push	%r9
	and	$-16, %rsp
	mov	%rdi, %rsi
	mov	%rax, %rdx
	movslq	%ecx, %rdi
	call	\function
	lea	-56(%rbp), %rsp
	pop	%r9
	pop	%r8
	pop	%r10
	pop	%rdx
	pop	%rsi
	pop	%rdi
	pop	%rax
	pop	%rbp
	.cfi_def_cfa rsp, 8
	.cfi_restore rbp
	ret
	.cfi_endproc
	.size	\name, .-\name
	.endm

	around	catchwater_before_clone, clone_before
	around	catchwater_after_clone, clone_after

	.section	.data.rel.local, "aw"
	.align	8
catchwater_personality_reference:
	.quad	catchwater_personality

	.section	.note.GNU-stack, "", @progbits
