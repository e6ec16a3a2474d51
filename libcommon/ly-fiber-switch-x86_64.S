/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See ly-fiber-switch.h. System V calling convention: rbx, rbp, r12 to r15,
 * the control bits of mxcsr and the x87 control word belong to the caller.
 *
 * A suspended stack, from its pointer up:
 *    0  mxcsr, x87 control word
 *    8  r15, r14, r13, r12, rbx, rbp
 *   56  where to go on */

	.text

	.globl	_ly_fiber_switch
	.hidden	_ly_fiber_switch
	.type	_ly_fiber_switch, @function
	.p2align 4
_ly_fiber_switch:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)

	/* Both stacks look the same from here, so what was said about this one
	 * holds for the other. */
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp

	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp

	/* A jump: the processor would predict that ret returns to our caller. */
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, rcx
	jmpq	*%rcx
	.cfi_endproc
	.size	_ly_fiber_switch, . - _ly_fiber_switch

	/* The outermost frame of every fiber: rbx is the function, r12 its
	 * argument. Nothing is above it, and debuggers are told so. */
	.type	fiber_start, @function
	.p2align 4
fiber_start:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	movq	%r12, %rdi
	callq	*%rbx
	ud2
	.cfi_endproc
	.size	fiber_start, . - fiber_start

	.globl	_ly_fiber_switch_prepare
	.hidden	_ly_fiber_switch_prepare
	.type	_ly_fiber_switch_prepare, @function
	.p2align 4
_ly_fiber_switch_prepare:
	.cfi_startproc
	endbr64
	/* Sixteen bytes above, so that the stack is aligned in fiber_start. */
	andq	$-16, %rsi
	leaq	-80(%rsi), %rax
	stmxcsr	(%rax)
	fnstcw	4(%rax)
	xorl	%r8d, %r8d
	movq	%r8, 8(%rax)
	movq	%r8, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%rcx, 32(%rax)
	movq	%rdx, 40(%rax)
	movq	%r8, 48(%rax)
	leaq	fiber_start(%rip), %r9
	movq	%r9, 56(%rax)
	movq	%r8, 64(%rax)
	ret
	.cfi_endproc
	.size	_ly_fiber_switch_prepare, . - _ly_fiber_switch_prepare

	.section .note.GNU-stack, "", @progbits
