/* What the kernel tells about itself while it boots. */
#ifndef XO5_BOOT_REPORT_H
#define XO5_BOOT_REPORT_H

#include "boot/boot.h"

/* Prints what the operations were made from, and whether that is proved:
 * proof/proof.mk has the words. */
void report_operations(void);

/* Prints the processor, the RAM and the modules. */
void report_machine(const struct boot *boot);

/* Prints what is mapped below a root's upper half, a line a run of equal
 * rights and page size: address, bytes, page size, rights. */
void report_mappings(uint64_t root);

#endif
