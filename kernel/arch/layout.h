/*
 * The upper half of every root: where the kernel sees what.
 *
 *   0xffff800000000000  DIRECT_BASE  every frame of RAM, read and write
 *   0xffffc00000000000  BOOKS_BASE   the books, as the kernel writes them
 *   0xffffd00000000000  BOOKS_USER   the books, as everyone may read them
 *   0xffffffff80000000  KERNEL_BASE  the kernel's image
 *   0xffffffffc0000000  DEVICE_BASE  registers and screen the kernel keeps
 *
 * The addresses are the same with four levels and with five: with five, all
 * of it hangs below the root's last slot. The assembler and the linker
 * scripts read this file too, so it holds plain numbers.
 */
#ifndef XO5_ARCH_LAYOUT_H
#define XO5_ARCH_LAYOUT_H

#define DIRECT_BASE 0xffff800000000000
#define BOOKS_BASE 0xffffc00000000000
#define KERNEL_BASE 0xffffffff80000000
#define KERNEL_SIZE_MAX 0x1000000 /* 16 MiB */
#define DEVICE_BASE 0xffffffffc0000000
#define DEVICE_SIZE 0x20000000 /* 512 MiB */

#define IMAGE_ALIGN 0x200000 /* the image starts on a 2 MiB page */

/* The kernel's own stack, then one for each IST number (arch/cpu.h), each above
 * a hole. */
#define STACKS 5
#define STACK_SIZE 0x4000
#define STACK_HOLE 0x1000
#define STACK_STRIDE 0x5000 /* from one to the next: both */

#endif
