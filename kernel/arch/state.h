/* FPU, SSE and AVX registers: whether and how the processor saves them. */
#ifndef XO5_ARCH_STATE_H
#define XO5_ARCH_STATE_H

/* Finds out, and lets ring 3 use SSE and, where it is there, AVX; nothing
 * else that XCR0 knows. After CR4 is set. */
void state_init(void);

#endif
