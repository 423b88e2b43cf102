/* A counter of refs, or of a slot's generations, is at its end (E_FULL) as soon
 * as a small machine can get there. */
#ifndef XO5_SMALL_STDINT_H
#define XO5_SMALL_STDINT_H

#include_next <stdint.h>
#include "proof/search/machine.h"

#undef UINT32_MAX
#define UINT32_MAX SMALL_REFS

#endif
