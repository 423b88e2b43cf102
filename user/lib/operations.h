/*
 * The five operations (abi/operations.h), one stub each. Any process may call
 * them; each answers a word of abi/errors.h, and what it demands stands in
 * kernel/ops/operations.h. Registers other than rax, rcx and r11 are kept.
 */
#ifndef XO5_USER_OPERATIONS_H
#define XO5_USER_OPERATIONS_H

#include <stdint.h>

#include "abi/context.h"
#include "abi/errors.h"
#include "abi/layout.h"
#include "abi/operations.h"
#include "abi/rights.h"

/* Any system call: `number` into eax, the arguments into rdi, rsi, rdx, r10
 * and r8. Returns rax. A number that is none of the kernel's
 * (abi/operations.h) is a foreign call. */
static inline uint64_t operation(uint32_t number, uint64_t a, uint64_t b,
                                 uint64_t c, uint64_t d, uint64_t e)
{
    uint64_t answer;
    register uint64_t fourth __asm__("r10");
    register uint64_t fifth __asm__("r8");
    fourth = d;
    fifth = e;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth),
                       "r"(fifth)
                     : "rcx", "r11", "memory");
    return answer;
}

/* Makes a table a process, or me the parent of my child's child. */
static inline enum error op_create(uint64_t slot, uint64_t table,
                                   uint64_t context, uint64_t allowance)
{
    return (enum error)operation(OPERATION(OP_CREATE), slot, table, context,
                                 allowance, 0);
}

/* Cleans, makes a resource, gives back, takes over or claims. */
static inline enum error op_alloc(uint64_t frame, uint64_t level, uint64_t kind,
                                  uint64_t owner)
{
    return (enum error)operation(OPERATION(OP_ALLOC), frame, level, kind, owner,
                                 0);
}

/* Links a resource into an empty entry; source and via are 0 if it is mine. */
static inline enum error op_attach(uint64_t entry, uint64_t resource,
                                   uint64_t rights, uint64_t source,
                                   uint64_t via)
{
    return (enum error)operation(OPERATION(OP_ATTACH), entry, resource, rights,
                                 source, via);
}

/* Changes what an entry allows, detaches, or posts an acceptance. */
static inline enum error op_update(uint64_t entry, uint64_t resource,
                                   uint64_t rights)
{
    return (enum error)operation(OPERATION(OP_UPDATE), entry, resource, rights,
                                 0, 0);
}

/* Moves or exchanges resources; in the directory, hands over the CPU. */
static inline enum error op_swap(uint64_t entry, uint64_t with,
                                 uint64_t resource, uint64_t other,
                                 uint64_t lease)
{
    return (enum error)operation(OPERATION(OP_SWAP), entry, with, resource,
                                 other, lease);
}

/* What a batch answered: the last answer, and how many answered OK. */
struct batch_answer {
    enum error last;
    uint32_t done;
};

/* Runs the first batch_count calls of the context's batch, up to the first
 * that does not answer OK. */
static inline struct batch_answer operation_batch(void)
{
    uint64_t answer = operation(OPERATION_BATCH, 0, 0, 0, 0, 0);
    return (struct batch_answer){(enum error)(uint32_t)answer,
                                 (uint32_t)(answer >> 32)};
}

/* The word that names entry `i` of a table. */
static inline uint64_t entry_name(uint64_t table, uint64_t i)
{
    return table * TABLE_ENTRIES + i;
}

#endif
