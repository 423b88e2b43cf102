/*
 * The small table of device memory that processes can have: VGA's, and that of
 * displays on PCI. Everything else that is no RAM stays shut: the registers of
 * every function that could be told by them to reach memory by itself, bridges,
 * interrupt controllers, timers, configuration. An IOMMU could confine such
 * functions; until one does, nobody has them.
 */
#ifndef XO5_BOOT_LOADER_PCI_H
#define XO5_BOOT_LOADER_PCI_H

#include "abi/books.h"
#include "boot/loader/tags.h"

/*
 * Asks the bus, and fills in the table. From then on every function has its bus
 * mastering off, and none that a process can have can be told to turn it on;
 * what is no display, no bridge and no part of the board does not answer any
 * more, neither to addresses nor to ports.
 * PCI Local Bus Specification 3.0, 6.1 to 6.2.5.
 */
void pci_find(const struct info *info, struct books *books);

#endif
