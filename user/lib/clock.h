/* The time since boot, from the processor's time-stamp counter and its rate,
 * which the kernel's books tell. */
#ifndef XO5_USER_CLOCK_H
#define XO5_USER_CLOCK_H

#include <stdint.h>

/* The counter: SDM 3B, 19.17, "Time-Stamp Counter". */
uint64_t clock_ticks(void);

/* So many microseconds in ticks of the counter; and how far it will be after
 * them: a lease's end. */
uint64_t clock_for(uint64_t microseconds);
uint64_t clock_in(uint64_t microseconds);

/* Nanoseconds since the kernel read the clocks, just before it built init. */
uint64_t clock_now(void);

#endif
