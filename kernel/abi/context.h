/*
 * The context: one page that a process and the kernel both write, so that
 * they can tell each other what does not fit an operation's answer.
 *
 * A process ends by writing `status`, then `ended`, and raising a fault that
 * nobody handles. A process that faults so without `ended` has crashed.
 */
#ifndef XO5_ABI_CONTEXT_H
#define XO5_ABI_CONTEXT_H

#include <stdint.h>

#define CONTEXT_ENDED 0x6465646e65356f78 /* "xo5ended" */

struct context {
    uint64_t ended;  /* CONTEXT_ENDED: the next fault is the end */
    uint64_t status; /* what the process ended with */
};

#endif
