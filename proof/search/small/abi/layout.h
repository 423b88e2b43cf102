/* The sizes of tables and of memory. */
#ifndef XO5_SMALL_LAYOUT_H
#define XO5_SMALL_LAYOUT_H

#include_next "abi/layout.h"
#include "proof/search/machine.h"

#undef TABLE_ENTRIES
#undef FRAMES_MAX
#define TABLE_ENTRIES SMALL_ENTRIES
#define FRAMES_MAX SMALL_FRAMES

#endif
