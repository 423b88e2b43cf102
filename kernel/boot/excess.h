/* Of what there is more in the boot information than there is room for. */
#ifndef XO5_BOOT_EXCESS_H
#define XO5_BOOT_EXCESS_H

#include "boot/bootinfo.h"

/* Stops the machine (EXIT_BOOT) with one line that says so, in numbers, of
 * the first such thing. `info` is what bootinfo_parse refused with
 * BOOTINFO_MANY. */
void excess_stop(const uint8_t *info) __attribute__((noreturn));

#endif
