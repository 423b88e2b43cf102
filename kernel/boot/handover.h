/*
 * What the loader hands to the kernel: the only thing both must agree on.
 * The kernel starts in 64-bit mode on the loader's tables, which map
 *   the kernel image   at KERNEL_BASE,
 *   the first 4 GiB    at DIRECT_BASE, and once more at 0,
 * all with every right; the kernel builds its own and drops these.
 */
#ifndef XO5_BOOT_HANDOVER_H
#define XO5_BOOT_HANDOVER_H

#include <stdint.h>

#include "abi/books.h"
#include "arch/console.h"

/* "xo5" and a version, which changes with the struct. */
#define HANDOVER_MAGIC ('x' << 24 | 'o' << 16 | '5' << 8 | 2)

/* Whole pages that init finds in its address space: where, and where they
 * lie in memory. */
struct handover_part {
    uint64_t va, start;
    uint64_t size;   /* bytes; 0: no such part */
    uint64_t rights; /* RIGHT_R, W, X */
};

#define HANDOVER_PARTS 9 /* init's segments, and last the root image */

struct handover {
    uint64_t magic;
    uint64_t info;         /* multiboot2 information, physical address */
    uint64_t kernel_start; /* where the image lies, physical, 2 MiB aligned */
    uint64_t kernel_end;
    uint64_t loader_start; /* the loader, its tables and this struct */
    uint64_t loader_end;
    uint64_t depth;       /* levels of the tables in use: 4 or 5 */
    uint64_t probe_start; /* module "probe": a grader's cases, or 0 */
    uint64_t probe_end;
    uint64_t init_entry; /* where init starts; 0: no module "init" */
    uint64_t init_start; /* its pages, physical */
    uint64_t init_end;
    struct handover_part part[HANDOVER_PARTS];
    struct books books;   /* the root image, clocks and devices are filled in */
    struct screen screen; /* base: physical, below 4 GiB */
};

#endif
