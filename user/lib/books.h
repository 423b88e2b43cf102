/*
 * Readers of the kernel's books (abi/books.h). They may change under the
 * reader: what they say is a hint until an operation has answered OK.
 */
#ifndef XO5_USER_BOOKS_H
#define XO5_USER_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/books.h"
#include "abi/layout.h"
#include "abi/operations.h"

#define BOOKS_HUGE UINT64_C(512)        /* frames of 2 MiB */
#define BOOKS_GIANT UINT64_C(512 * 512) /* and of 1 GiB */

/* The first page of the books. */
static inline const volatile struct books *books_head(void)
{
    return (const volatile struct books *)BOOKS_USER;
}

/* The record of a frame: one below books_head()->frames, or a device's. */
static inline const volatile struct frame *books_frame(uint64_t frame)
{
    return (const volatile struct frame *)(BOOKS_USER + BOOKS_FRAMES) + frame;
}

/* The record of a process, by its slot. */
static inline const volatile struct process *books_process(uint64_t slot)
{
    return (const volatile struct process *)(BOOKS_USER + BOOKS_PROCESSES) +
           slot;
}

/* The record of group n, below GROUP_MAX. */
static inline const volatile struct group *books_group(uint64_t n)
{
    return (const volatile struct group *)(BOOKS_USER + BOOKS_GROUPS) + n;
}

/* How many records of a 2 MiB say FREE; how many 2 MiB of a 1 GiB say 512. */
static inline uint64_t books_extent2(uint64_t frame)
{
    return ((const volatile uint16_t *)(BOOKS_USER +
                                        BOOKS_EXTENTS2))[frame / BOOKS_HUGE];
}

static inline uint64_t books_extent3(uint64_t frame)
{
    return ((const volatile uint16_t *)(BOOKS_USER +
                                        BOOKS_EXTENTS3))[frame / BOOKS_GIANT];
}

/* Frames of a unit of that level, 1 to 3. */
static inline uint64_t books_unit(unsigned level)
{
    return UINT64_C(1) << 9 * (level - 1);
}

/* How many frames the resource or dirty unit at `frame` has. */
uint64_t books_size(uint64_t frame);

/* True if a larger resource or dirty unit has the frame, whose own record
 * then says FREE although it is not. */
bool books_is_covered(uint64_t frame);

/* The next frame that may have a record: RAM's and what lies between, then
 * those of devices beyond; 0 after the last. */
uint64_t books_after(uint64_t frame);

/* True if all of the unit of that level (1 to 3) at `frame` can be allocated
 * now: in range, aligned, free and clean, and not covered. */
bool books_is_free(uint64_t frame, unsigned level);

/* The same, but some of it, or all, may have to be cleaned first. */
bool books_is_usable(uint64_t frame, unsigned level);

/* The first unit of that level from frame `from` on that is free; 0 if there
 * is none. Frame 0 is never found. */
uint64_t books_find(unsigned level, uint64_t from);

/* The same for a usable unit. */
uint64_t books_find_usable(unsigned level, uint64_t from);

/* A slot of the directory that is free and was not used too often, from 2 on;
 * 0 if there is none. */
uint64_t books_find_slot(void);

#endif
