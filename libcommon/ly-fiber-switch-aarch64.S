/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See ly-fiber-switch.h. Procedure call standard of the Arm 64-bit
 * architecture: x19 to x29, the low halves of v8 to v15 and the modes in fpcr
 * belong to the caller.
 *
 * A suspended stack, from its pointer up:
 *    0  x19 to x28, two by two
 *   80  x29, and where to go on
 *   96  d8 to d15, two by two
 *  160  fpcr */

#define FRAME 176

	.text

	.globl	_ly_fiber_switch
	.hidden	_ly_fiber_switch
	.type	_ly_fiber_switch, %function
	.p2align 4
_ly_fiber_switch:
	.cfi_startproc
	hint	#34			/* bti c */
	sub	sp, sp, #FRAME
	.cfi_adjust_cfa_offset FRAME
	stp	x19, x20, [sp, #0]
	.cfi_rel_offset x19, 0
	.cfi_rel_offset x20, 8
	stp	x21, x22, [sp, #16]
	.cfi_rel_offset x21, 16
	.cfi_rel_offset x22, 24
	stp	x23, x24, [sp, #32]
	.cfi_rel_offset x23, 32
	.cfi_rel_offset x24, 40
	stp	x25, x26, [sp, #48]
	.cfi_rel_offset x25, 48
	.cfi_rel_offset x26, 56
	stp	x27, x28, [sp, #64]
	.cfi_rel_offset x27, 64
	.cfi_rel_offset x28, 72
	stp	x29, x30, [sp, #80]
	.cfi_rel_offset x29, 80
	.cfi_rel_offset x30, 88
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mrs	x9, fpcr
	str	x9, [sp, #160]

	/* Both stacks look the same from here, so what was said about this one
	 * holds for the other. */
	mov	x10, sp
	str	x10, [x0]
	mov	sp, x1

	/* To write it is slow, and it is hardly ever another. */
	ldr	x10, [sp, #160]
	cmp	x9, x10
	b.eq	1f
	msr	fpcr, x10
1:
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #FRAME
	.cfi_adjust_cfa_offset -FRAME
	.cfi_restore x19
	.cfi_restore x20
	.cfi_restore x21
	.cfi_restore x22
	.cfi_restore x23
	.cfi_restore x24
	.cfi_restore x25
	.cfi_restore x26
	.cfi_restore x27
	.cfi_restore x28
	.cfi_restore x29
	.cfi_restore x30
	ret
	.cfi_endproc
	.size	_ly_fiber_switch, . - _ly_fiber_switch

	/* The outermost frame of every fiber: x19 is the function, x20 its
	 * argument. Nothing is above it, and debuggers are told so. */
	.type	fiber_start, %function
	.p2align 4
fiber_start:
	.cfi_startproc
	.cfi_undefined x30
	mov	x0, x20
	mov	x29, xzr
	mov	x30, xzr
	blr	x19
	brk	#1
	.cfi_endproc
	.size	fiber_start, . - fiber_start

	.globl	_ly_fiber_switch_prepare
	.hidden	_ly_fiber_switch_prepare
	.type	_ly_fiber_switch_prepare, %function
	.p2align 4
_ly_fiber_switch_prepare:
	.cfi_startproc
	hint	#34			/* bti c */
	and	x1, x1, #-16
	sub	x0, x1, #FRAME
	stp	x2, x3, [x0, #0]
	stp	xzr, xzr, [x0, #16]
	stp	xzr, xzr, [x0, #32]
	stp	xzr, xzr, [x0, #48]
	stp	xzr, xzr, [x0, #64]
	adr	x9, fiber_start
	stp	xzr, x9, [x0, #80]
	stp	xzr, xzr, [x0, #96]
	stp	xzr, xzr, [x0, #112]
	stp	xzr, xzr, [x0, #128]
	stp	xzr, xzr, [x0, #144]
	mrs	x9, fpcr
	stp	x9, xzr, [x0, #160]
	ret
	.cfi_endproc
	.size	_ly_fiber_switch_prepare, . - _ly_fiber_switch_prepare

	.section .note.GNU-stack, "", %progbits
