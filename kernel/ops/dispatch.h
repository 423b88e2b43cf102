/* The way up to the operations, for those who run them: ops/dispatch.c. */
#ifndef XO5_OPS_DISPATCH_H
#define XO5_OPS_DISPATCH_H

#include <stdint.h>

#include "abi/errors.h"

/* Operation `number` of `me` with its five arguments as they came, under the
 * lock; E_OPERATION if there is none of that number. */
enum error operation_dispatch(uint64_t me, const uint64_t *argument,
                              uint64_t number);

#endif
