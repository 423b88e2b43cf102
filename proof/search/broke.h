/* What is wrong, said in one line. */
#ifndef XO5_SEARCH_BROKE_H
#define XO5_SEARCH_BROKE_H

#include <stdint.h>

/* Says how the machine got here (broke_trace), then what broke, and ends the
 * program with failure. */
void broke(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Prints the operations up to the last; each program has its own. */
void broke_trace(void);

/* An entry as people read it: "20 (table 5, index 0)". Valid until the
 * fourth call after. */
const char *name_entry(uint64_t entry);

#endif
