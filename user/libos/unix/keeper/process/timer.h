/* Timers: what is due at a time. */
#ifndef XO5_UNIX_KEEPER_PROCESS_TIMER_H
#define XO5_UNIX_KEEPER_PROCESS_TIMER_H

#include "libos/unix/keeper/record/serve.h"

/* Those whose deadline is over shall; timers that are due send their
 * signals; who has had its last turn ends. */
void timer_expire(uint64_t now);

/* setitimer, getitimer: -EINVAL for others than ITIMER_REAL, and for times
 * that are none. */
serve_function serve_setitimer, serve_getitimer;

#endif
