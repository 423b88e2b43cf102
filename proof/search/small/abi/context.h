/* A context that fits one small frame: of the real one, what operations
 * write. */
#ifndef XO5_SMALL_CONTEXT_H
#define XO5_SMALL_CONTEXT_H

#define context whole_context
#include_next "abi/context.h"
#undef context
#include "proof/search/machine.h"

#undef TAKEN_MAX
#define TAKEN_MAX (SMALL_ENTRIES / 2)

struct context {
    uint64_t taken[TAKEN_MAX];
    uint64_t events;
};

#endif
