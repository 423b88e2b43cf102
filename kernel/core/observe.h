/* Filling what a grader may look at: abi/observe.h says what that is. */
#ifndef XO5_CORE_OBSERVE_H
#define XO5_CORE_OBSERVE_H

#include "abi/observe.h"
#include "core/boot.h"

extern uint64_t xo5_observe[OBSERVE_COUNT];

/* Sets one word. */
void observe_set(enum observe word, uint64_t value);

/* Fills in all that `boot` knows at that stage, and stands still for a
 * moment at xo5_quiet. */
void observe_stage(const struct boot *boot, enum observe_stage stage);

/* Does nothing: where graders and GDB stop to look. */
void xo5_quiet(void);

#endif
