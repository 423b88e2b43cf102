/* The time since the machine started, from the processor's time-stamp counter
 * and its rate, which the kernel's books tell. */
#ifndef XO5_USER_CLOCK_H
#define XO5_USER_CLOCK_H

#include <stdint.h>

/* The counter: SDM 3B, 19.17, "Time-Stamp Counter". */
uint64_t clock_ticks(void);

/* Nanoseconds since the machine started. */
uint64_t clock_now(void);

#endif
