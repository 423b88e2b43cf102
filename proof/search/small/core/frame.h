/* How much one step of alloc(..., FREE) clears: less than a large unit. */
#ifndef XO5_SMALL_FRAME_H
#define XO5_SMALL_FRAME_H

#include_next "core/frame.h"
#include "proof/search/machine.h"

#undef CLEAN_STEP
#define CLEAN_STEP SMALL_CLEAN_STEP

#endif
