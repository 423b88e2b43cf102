/*
 * The small table of device memory that processes can have: VGA's, and that of
 * displays on PCI (arch/pci.h says which). Everything else that is no RAM stays
 * shut: the registers of every function that could be told by them to reach
 * memory by itself, bridges, interrupt controllers, timers, configuration. An
 * IOMMU could confine such functions; until one does, nobody has them.
 */
#ifndef XO5_BOOT_DEVICE_H
#define XO5_BOOT_DEVICE_H

#include "boot/boot.h"
#include "core/books.h"

/* Asks the bus. No device reaches memory by itself from then on, and none that
 * a process can have can be told to. */
void device_find(const struct boot *boot);

/* How many ranges were found, and range n, in frames. */
unsigned device_count(void);
const struct device *device_range(unsigned n);

/* Makes the records of their frames: KIND_DEVICE of level 1, init's. A frame
 * that is something else already stays that. Fills in the books' table. */
void device_boot(void);

#endif
