/* The machine's end, because init's has come. */
#ifndef XO5_RING3_END_H
#define XO5_RING3_END_H

#include <stdint.h>

/* Ends the machine: with the status it left in its
 * context if it said that it would end, else with one line and EXIT_INIT.
 * `what`: a few words; `rip`: where. */
void init_end(const char *what, uint64_t rip) __attribute__((noreturn));

#endif
