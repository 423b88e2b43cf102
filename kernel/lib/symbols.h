/* The kernel's function names, which the build adds to the image. */
#ifndef XO5_LIB_SYMBOLS_H
#define XO5_LIB_SYMBOLS_H

#include <stdint.h>

/* The function that this address is in, and how far in; "?" and 0 if it is
 * in none. */
const char *symbols_find(uint64_t address, uint64_t *into);

#endif
