/*
 * Processes. A process is a TABLE of level D in a slot of the directory, the
 * boot processor's root; the one that runs is in slot 0 too.
 */
#ifndef XO5_CORE_PROCESS_H
#define XO5_CORE_PROCESS_H

#include "core/boot.h"

#define PROCESS_RUNNING_SLOT 0
#define PROCESS_INIT_SLOT 1

/* The end of the process that runs: it did something that it has no handler
 * for. init's end is the machine's: with its status if it said that it would
 * end, else with one line and EXIT_INIT. `what`: a few words; `rip`: where. */
void process_end(const char *what, uint64_t rip) __attribute__((noreturn));

#endif
