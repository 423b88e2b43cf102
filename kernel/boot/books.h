/*
 * The books' place in the address space, twice: for the kernel and for
 * everyone.
 */
#ifndef XO5_BOOT_BOOKS_H
#define XO5_BOOT_BOOKS_H

#include "boot/boot.h"

/* Maps the books into the new root: behind BOOKS_BASE for the kernel, behind
 * BOOKS_USER for everyone. They reach as far as there is RAM in `boot`, or a
 * device. To be called before kmap_build: with five levels all of the upper
 * half is one slot of the root, which must let ring 3 pass on to them. */
void books_map(struct boot *boot);

#endif
