/*
 * Exercise 5.1. The pager: memory comes when it is touched.
 */
#ifndef XO5_MIN_PAGER_H
#define XO5_MIN_PAGER_H

#include <stdint.h>

#define PAGER_STACK_MAX 0x800000 /* the stack never grows larger than this */

/*
 * A fault of the program's, or of the library OS at an address of its. `needs`
 * is the right that the access lacked, one of RIGHT_R, RIGHT_W and RIGHT_X.
 * Afterwards the access can be made, and that page alone has changed.
 *
 * The address is in a region, or the stack grows to it: that is when it lies
 * below the stack's region, at most PAGER_STACK_MAX below its end, and in no
 * other region nor is one in between; the stack's region then begins at its
 * page. Where nothing is attached yet: a file's page of the image
 * (space_attach_image), or a page of zeros, with the region's rights. Where
 * something is, it lacks nothing that its region has but W: if a store is to be
 * let through, fork_page.
 *   -EFAULT  no region has it, or its region has not that right
 *   -ENOMEM  there is no memory
 * Else 0.
 */
int pager_fault(uint64_t va, unsigned needs);

/*
 * brk: moves the heap's end to `end`, which need be no multiple of a page, and
 * returns it. Pages that are no longer in the heap are detached; new ones come
 * when they are touched. Returns where the end was, and the heap is as it was,
 * if `end` lies below its start, another region is in the way, or a table was
 * needed and there is no memory; 0 if there is no heap.
 */
uint64_t pager_brk(uint64_t end);

#endif
