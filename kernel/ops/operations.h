/*
 * The five operations: DESIGN's section 4 in C. Each is called with
 * interrupts off by the process that runs, with whatever that process put
 * into the registers, and answers a word of abi/errors.h.
 */
#ifndef XO5_OPS_OPERATIONS_H
#define XO5_OPS_OPERATIONS_H

#include <stdint.h>

#include "abi/errors.h"

enum error op_create(uint64_t slot, uint64_t table, uint64_t context,
                     uint64_t allowance);
enum error op_alloc(uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner);
enum error op_attach(uint64_t entry, uint64_t resource, uint64_t rights,
                     uint64_t source);
enum error op_update(uint64_t entry, uint64_t resource, uint64_t rights);
enum error op_swap(uint64_t entry, uint64_t with, uint64_t resource,
                   uint64_t other);

/* What the system call entry calls: operation `number` with the arguments as
 * they came. E_OPERATION if there is none of that number. */
uint64_t operation_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                        uint64_t number);

#endif
