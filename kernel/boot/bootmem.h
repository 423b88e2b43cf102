/*
 * Frames for the kernel itself, taken while it boots and never given back:
 * tables, the books, init's first pages. This is not an allocator: it counts
 * upwards through the RAM that is not in use, and ends with boot.
 */
#ifndef XO5_BOOT_BOOTMEM_H
#define XO5_BOOT_BOOTMEM_H

#include "boot/bootinfo.h"

#define BOOTMEM_NONE UINT64_MAX
#define BOOTMEM_BUSY 16

/* Physical addresses [start, end) that are in use, and for what. */
struct busy {
    uint64_t start, end;
    const char *what;
};

/* Starts at the lowest RAM above 1 MiB. `info` must stay where it is. */
void bootmem_init(const struct bootinfo *info);

/* Keeps bootmem_take away from [start, end), widened to whole frames. To be
 * called before the first bootmem_take; panics when called too often. */
void bootmem_keep(uint64_t start, uint64_t end, const char *what);

/* The number of a free frame, which is cleared; BOOTMEM_NONE if none is left
 * that the direct map of the loader or of the kernel reaches. */
uint64_t bootmem_take(void);

/* The same; if none is left, "this machine" `otherwise`, and it ends. */
uint64_t bootmem_need(const char *otherwise);

/* The next stretch of RAM at or above the address *start, which becomes where
 * it begins; *end is where it ends. False after the last. However the memory
 * map's regions overlap, nothing is passed twice. */
bool bootmem_ram(uint64_t *start, uint64_t *end);

/* How many frames were taken. */
uint64_t bootmem_taken(void);

/* Busy range n; NULL after the last. The frames that bootmem_take gave out
 * are not among them: they lie below bootmem_next, in RAM above 1 MiB. */
const struct busy *bootmem_busy(unsigned n);
uint64_t bootmem_next(void);

#endif
