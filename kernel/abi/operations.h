/*
 * The five operations and how ring 3 calls them.
 *
 * `syscall` with eax = OPERATION(n) and arguments in rdi, rsi, rdx, r10 and
 * r8; rax holds the answer, a word of abi/errors.h; rcx and r11 are lost,
 * every other register comes back as it was. eax = OPERATION_BATCH runs the
 * operations that lie in the caller's context (abi/context.h): rax then holds
 * the last answer in its low half and in its high half how many answered OK.
 * Numbers below OPERATION(OPERATION_LIMIT) that mean nothing yet answer
 * E_OPERATION. Any other eax, -1 too, is a foreign call: it belongs to the
 * caller's library OS and not to the kernel.
 *
 *   create  slot, table, context, allowance
 *   alloc   frame, level, kind, owner
 *   attach  entry, resource, rights, source, via
 *   update  entry, resource, rights
 *   swap    entry, with, resource, other, lease
 *
 * A lease is a time of the time-stamp counter: the CPU comes back then; 0 is no
 * end. An entry is named by table * 512 + i, its table by the frame's number.
 * What each operation demands and does: kernel/ops/operations.h.
 */
#ifndef XO5_ABI_OPERATIONS_H
#define XO5_ABI_OPERATIONS_H

#define OPERATION_BIT 0x80000000
#define OPERATION(n) (OPERATION_BIT | (n))

#define OP_CREATE 0
#define OP_ALLOC 1
#define OP_ATTACH 2
#define OP_UPDATE 3
#define OP_SWAP 4
#define OP_COUNT 5
#define OPERATION_BATCH OPERATION(0x100)
#define OPERATION_LIMIT 0x200 /* numbers below are the kernel's, used or not */

#endif
