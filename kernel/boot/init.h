/*
 * The first process. Every later one is built by its parent with the five
 * operations; init has no parent, so the kernel builds it by hand, and gives
 * it the whole machine.
 */
#ifndef XO5_BOOT_INIT_H
#define XO5_BOOT_INIT_H

#include "boot/boot.h"

/* Makes the records of everything, builds init and starts it. Arrives with
 * lab 2; without it boot ends there. */
void init_boot(struct boot *boot);

/* Called when init is built, before it runs. A grader's harness runs its
 * steps here. (the grader's: grade/ops/harness.c) */
void probe_ready(struct boot *boot);

#endif
