/*
 * The small table of device registers and memory that processes can have:
 * what PCI says is there, the screen's memory, and VGA's. Everything else
 * that is no RAM stays shut, and so do the interrupt controllers, timers and
 * configuration registers, which PCI does not list as a device's memory.
 */
#ifndef XO5_CORE_DEVICE_H
#define XO5_CORE_DEVICE_H

#include "core/books.h"

/* Asks the bus. No device may reach memory by itself from then on. */
void device_find(const struct boot *boot);

/* How many ranges were found, and range n, in frames. */
unsigned device_count(void);
const struct device *device_range(unsigned n);

/* Makes the records of their frames: KIND_DEVICE of level 1, init's. A frame
 * that is something else already stays that. Fills in the books' table. */
void device_boot(void);

#endif
