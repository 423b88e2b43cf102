/*
 * The kernel's own small types. An address and an entry are one-field
 * structs: mixing them up does not compile, and costs nothing.
 */
#ifndef XO5_LIB_TYPES_H
#define XO5_LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A physical address, in bytes. */
typedef struct paddr {
    uint64_t v;
} paddr;

/* A virtual address, in bytes. */
typedef struct vaddr {
    uint64_t v;
} vaddr;

/* A page-table entry, as the processor reads it. */
typedef struct pte {
    uint64_t bits;
} pte;

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline uint64_t align_down(uint64_t n, uint64_t unit)
{
    return n & ~(unit - 1);
}

static inline uint64_t align_up(uint64_t n, uint64_t unit)
{
    return (n + unit - 1) & ~(unit - 1);
}

#endif
