/*
 * Selectors, and the flags of rflags that the kernel knows: SDM 1, 3.4.3.
 */
#ifndef XO5_ARCH_FLAGS_H
#define XO5_ARCH_FLAGS_H

/* Selectors. `sysret` wants user data and user code in this order: SDM 2B. */
#define SELECTOR_KERNEL_CODE 0x08ull
#define SELECTOR_KERNEL_DATA 0x10ull
#define SELECTOR_USER_DATA 0x18ull
#define SELECTOR_USER_CODE 0x20ull
#define SELECTOR_TSS 0x28ull
#define RING3 3ull

#define FLAG_TF (1ull << 8)
#define FLAG_IF (1ull << 9)
#define FLAG_DF (1ull << 10)
#define FLAGS_KEPT 0xcd5ull /* OF, DF, SF, ZF, AF, PF, CF */
#define FLAG_NT (1ull << 14)
#define FLAG_AC (1ull << 18)
#define FLAG_ALWAYS (1ull << 1)

#endif
