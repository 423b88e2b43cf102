/*
 * The five operations and how ring 3 calls them.
 *
 * `syscall` with eax = OPERATION(n) and arguments in rdi, rsi, rdx and r10;
 * rax holds the answer, a word of abi/errors.h; rcx and r11 are lost, every
 * other register comes back as it was. Any eax without bit 31 is a foreign
 * call: it belongs to the caller's library OS and not to the kernel.
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

#endif
