/*
 * The words that graders read (abi/observe.h), and the place where they stop
 * the machine to do so. Who knows something worth looking at pushes it here:
 * this file asks nobody, so every part of the kernel may use it.
 */
#include "lib/observe.h"

#include "arch/arch.h"

uint64_t xo5_observe[OBSERVE_COUNT];

void observe_set(enum observe word, uint64_t value)
{
    xo5_observe[word] = value;
}

void observe_stage(enum observe_stage stage)
{
    observe_set(OBSERVED_STAGE, stage);
    observe_set(OBSERVED_DEPTH, arch_depth);
    observe_set(OBSERVED_PAGE_LEVELS, arch_page_levels);
    observe_set(OBSERVED_QUIETS, xo5_observe[OBSERVED_QUIETS] + 1);
    observe_set(OBSERVED_MAGIC, OBSERVE_MAGIC);
    xo5_quiet();
}

__attribute__((noinline)) void xo5_quiet(void)
{
    /* Kept by the compiler, and a place to stop at. */
    observe_set(OBSERVED_MAGIC, OBSERVE_MAGIC);
}
