/* What PCI says is there. */
#ifndef XO5_ARCH_PCI_H
#define XO5_ARCH_PCI_H

#include <stdbool.h>
#include <stdint.h>

/* Physical addresses [start, end) of a device's registers or memory. */
struct arch_range {
    uint64_t start, end;
    uint64_t id; /* vendor | device << 16 */
};

/*
 * The next memory range of a PCI function, from where *at stands (0 at
 * first), which it moves on; false after the last. Every function that it
 * passes may no longer reach memory by itself: its bus mastering is off.
 * PCI Local Bus Specification 3.0, 6.1 to 6.2.5.
 */
bool arch_pci_next(unsigned *at, struct arch_range *range);

#endif
