/*
 * The invariants (proof/README.md), as far as memory shows them, checked
 * while the kernel runs. A kernel built with CHECK=1 does so after every
 * operation, with CHECK=n after every n-th, and with `check=n` on its command
 * line after every n-th of that; without CHECK nothing is built. What each
 * call must find and leave is checked too: contracts/contract.h.
 */
#ifndef XO5_DEBUG_CHECK_H
#define XO5_DEBUG_CHECK_H

#include <stdint.h>

#ifdef CHECK
/* Remembers what must stay as it is. Once, when init is built. */
void check_boot(void);

/* Panics with the invariant's number if one does not hold. */
void check_operation(void);
#else
static inline void check_boot(void) {}

static inline void check_operation(void) {}
#endif

#endif
