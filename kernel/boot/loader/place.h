/* Programs, copied to free memory below 4 GiB. */
#ifndef XO5_BOOT_LOADER_PLACE_H
#define XO5_BOOT_LOADER_PLACE_H

#include "boot/handover.h"
#include "boot/loader/tags.h"

/* The kernel, out of its module, as one piece of memory. Returns where it
 * starts; ends the machine with a line if there is no such module, if it
 * cannot be used, or if there is no room. */
uint64_t place_kernel(const struct info *info, struct handover *h);

/* Its first process, in whole pages, if there is a module "init"; the same
 * lines. And of the root image, if there is one, its last page: what lies
 * behind it there is nothing that init should read. After place_kernel. */
void place_init(const struct info *info, struct handover *h);

#endif
