/* What PCI says is there, and ring 3 may have. */
#ifndef XO5_ARCH_PCI_H
#define XO5_ARCH_PCI_H

#include <stdbool.h>
#include <stdint.h>

/* Physical addresses [start, end) of a device's memory. */
struct arch_range {
    uint64_t start, end;
    uint64_t id; /* vendor | device << 16 */
};

/*
 * The next range of a PCI function that ring 3 may have, from where *at stands
 * (0 at first), which it moves on; false after the last. That is the memory of
 * a display, and no registers by which a function could be told to reach
 * memory by itself. Every function that it passes has its bus mastering off;
 * what is no display, no bridge and no part of the board does not answer any
 * more, neither to addresses nor to ports.
 * PCI Local Bus Specification 3.0, 6.1 to 6.2.5.
 */
bool arch_pci_next(unsigned *at, struct arch_range *range);

#endif
