/*
 * Forged: names of the kit's as weak, common and versioned symbols, and
 * functions of the kit's called by their own.
 */
#include <stdint.h>

#include "abi/observe.h"

uint64_t answered __attribute__((common));
uint64_t answers[8] __attribute__((weak)) = {1, 1, 1, 1, 1, 1, 1, 1};
__asm__(".symver answers, xo5_observe@@XO5\n");
