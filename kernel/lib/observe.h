/* Filling what a grader may look at: abi/observe.h says what that is. */
#ifndef XO5_LIB_OBSERVE_H
#define XO5_LIB_OBSERVE_H

#include <stdint.h>

#include "abi/observe.h"

extern uint64_t xo5_observe[OBSERVE_COUNT];

/* Sets one word. */
void observe_set(enum observe word, uint64_t value);

/* Says that this stage is reached, and stands still for a moment at
 * xo5_quiet. What boot knows stands in the words since boot_stage. */
void observe_stage(enum observe_stage stage);

/* Does nothing: where graders and GDB stop to look. */
void xo5_quiet(void);

#endif
