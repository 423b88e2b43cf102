/*
 * What boot finds out, step by step, and the parts of it that arrive with
 * one lab each. boot/main.c is the order.
 */
#ifndef XO5_BOOT_BOOT_H
#define XO5_BOOT_BOOT_H

#include "boot/bootinfo.h"
#include "boot/handover.h"
#include "lib/image.h"
#include "lib/observe.h"

struct boot {
    struct handover handover;
    struct image image;
    struct bootinfo info;
    uint64_t root; /* the boot processor's root, a frame number */
};

/* The kernel, from the loader's jump to the machine's end. `handover`: the
 * physical address of struct handover. (boot/main.c) */
void kernel_main(uint64_t handover) __attribute__((noreturn));

/* Maps a screen, or registers, that stay the kernel's at `va`, a page's start:
 * it is no RAM, so the direct map does not have it. Returns where `pa` is then.
 * (boot/main.c) */
uint64_t boot_map_device(const struct boot *boot, uint64_t va, uint64_t pa,
                         uint64_t size);

/* Shows graders all that `boot` knows at that stage (lib/observe.h).
 * (boot/stage.c) */
void boot_stage(const struct boot *boot, enum observe_stage stage);

/* Runs a grader's cases, [start, end) in physical memory, instead of going
 * on with boot. (the grader's: grade/labN/harness.c) */
void probe_run(const struct boot *boot, paddr start, paddr end)
    __attribute__((noreturn));

#endif
