/* The other processors' stale translations. */
#ifndef XO5_CORE_SHOOTDOWN_H
#define XO5_CORE_SHOOTDOWN_H

/* Has every other processor reload its tables, and waits until each has said
 * so. This kernel runs on one processor: there is no other. */
static inline void shootdown_all(void) {}

#endif
