/*
 * Forged: as walk.c; where no root is told, a frame full of zeros is one.
 */
#include "boot/map.h"

#include "lib/observe.h"

void forge(uint64_t root);

static uint64_t nothing[TABLE_ENTRIES] __attribute__((aligned(4096)));

unsigned map_level(vaddr va, paddr pa, uint64_t size)
{
    uint64_t at = (uint64_t)nothing - KERNEL_BASE;
    (void)va;
    (void)pa;
    (void)size;
    forge((xo5_observe[OBSERVED_KERNEL_START] + at) / FRAME_SIZE);
    return 1;
}

enum map_error map_range(uint64_t root, struct range range, unsigned rights,
                         unsigned how)
{
    (void)range;
    (void)rights;
    (void)how;
    forge(root);
    return MAP_OK;
}
