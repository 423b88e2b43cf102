/*
 * The kernel's side of the books (abi/books.h): the same memory at another
 * address, writable. Every table of them is an array that the linker places;
 * where no RAM is behind it, it reads as zeros and must not be written.
 */
#ifndef XO5_CORE_BOOKS_H
#define XO5_CORE_BOOKS_H

#include "abi/books.h"
#include "abi/errors.h"
#include "arch/arch.h"
#include "lib/types.h"

extern struct books books;
extern struct process processes[PROCESS_MAX];
extern struct group groups[GROUP_MAX];
extern uint16_t extents2[];   /* FRAMES_MAX / 512 of them */
extern uint16_t extents3[];   /* FRAMES_MAX / 512 / 512 */
extern struct frame frames[]; /* FRAMES_MAX */

/* Frames of a resource of that level: of MEMORY, DEVICE, or a DIRTY unit. */
static inline uint64_t level_frames(unsigned level)
{
    return level_size(level) >> PAGE_SHIFT;
}

#endif
