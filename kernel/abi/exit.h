/*
 * How the machine ends, as QEMU's exit status. A value v written to the
 * isa-debug-exit port ends QEMU with status 2v + 1. QEMU's own failures end
 * it with 1, so no value below EXIT_BASE is ever written.
 */
#ifndef XO5_ABI_EXIT_H
#define XO5_ABI_EXIT_H

#define EXIT_PORT 0xf4
#define EXIT_BASE 0x10       /* init ended with status s: EXIT_BASE + s */
#define EXIT_STATUS_MAX 0x5f /* larger statuses are told as this one */
#define EXIT_PANIC 0x78      /* the kernel found itself broken */
#define EXIT_BOOT 0x79       /* the machine or the image cannot be used */
#define EXIT_INIT 0x7b       /* init ended by a fault and not by itself */
#define EXIT_EXERCISE 0x7a   /* an exercise that is not written was called */

#endif
