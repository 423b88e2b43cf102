/*
 * What boot finds out, step by step, and the parts of it that arrive with
 * one lab each. core/main.c is the order.
 */
#ifndef XO5_CORE_BOOT_H
#define XO5_CORE_BOOT_H

#include "core/bootinfo.h"
#include "core/handover.h"
#include "core/image.h"

struct boot {
    struct handover handover;
    struct image image;
    struct bootinfo info;
    uint64_t root; /* the boot processor's root, a frame number */
};

/* The kernel, from the loader's jump to the machine's end. `handover`: the
 * physical address of struct handover. (core/main.c) */
void kernel_main(uint64_t handover) __attribute__((noreturn));

/* Maps the books into the new root, which is still empty: with five levels
 * all of the upper half is one slot of it, and that slot must let ring 3
 * pass on to them. (arrives with lab 2: core/process.c) */
void process_books(struct boot *boot);

/* Starts init. (arrives with lab 2: core/process.c) */
void process_boot(const struct boot *boot);

/* Runs a grader's cases, [start, end) in physical memory, instead of going
 * on with boot. (the grader's: grade/labN/harness.c) */
void probe_run(const struct boot *boot, paddr start, paddr end)
    __attribute__((noreturn));

#endif
