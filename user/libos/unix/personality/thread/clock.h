/* Time: clocks are the machine's nanoseconds, the one of the day that plus
 * what the window says. The clocks of a process's or thread's own processor
 * time count from the start of this process: nobody measures who ran. */
#ifndef XO5_UNIX_PERSONALITY_THREAD_CLOCK_H
#define XO5_UNIX_PERSONALITY_THREAD_CLOCK_H

#include <stdint.h>

#include "libos/unix/personality/base/call.h"

/* The nanoseconds of the program's struct timespec at `at`; -1 if `at` is 0.
 * *error: 0, -EFAULT, -EINVAL. */
int64_t clock_timeout(uint64_t at, int64_t *error);

/* This process starts now. */
void clock_begin(void);

call_function call_clock_gettime, call_clock_getres, call_nanosleep,
    call_clock_nanosleep, call_gettimeofday, call_time, call_times, call_alarm;

#endif
