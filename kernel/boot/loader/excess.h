/* Of what there is more in GRUB's information than the kernel has room for. */
#ifndef XO5_BOOT_LOADER_EXCESS_H
#define XO5_BOOT_LOADER_EXCESS_H

#include "boot/loader/tags.h"

/* Ends the machine with one line that says so, in numbers, of the first such
 * thing; else does nothing. `info` is not damaged (tags_damaged). */
void excess_check(const struct info *info);

#endif
