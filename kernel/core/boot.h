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

/* Runs a grader's cases, [start, end) in physical memory, instead of going
 * on with boot. (the grader's: grade/labN/harness.c) */
void probe_run(const struct boot *boot, paddr start, paddr end)
    __attribute__((noreturn));

#endif
