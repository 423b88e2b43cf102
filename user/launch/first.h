/* The first process: built by the launcher, as its library OS will build the
 * others. */
#ifndef XO5_LAUNCH_FIRST_H
#define XO5_LAUNCH_FIRST_H

#include <stdint.h>

#include "abi/context.h"
#include "launch/object.h"

struct first {
    uint64_t slot;
    volatile struct context *context; /* as I see it */
};

/* Makes the process, all but ready to run: NULL, or what is wrong in words. */
const char *first_make(const struct object *object, struct first *first);

/* Its start page, as I see it; the caller fills in what it is to run. */
struct launch_start *first_start(void);

#endif
