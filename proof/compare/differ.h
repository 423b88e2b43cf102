/* Whether the operations' memory is `after`, and both told the same. */
#ifndef XO5_PROOF_COMPARE_DIFFER_H
#define XO5_PROOF_COMPARE_DIFFER_H

#include "proof/compare/host.h"

/* All windows are as `after` has them. */
bool same_memory(void);

/* The primitives were told the same, each in the same order. */
bool same_told(void);

/* Print the first fields that differ; the calls that do. */
void show_memory(void);
void show_told(void);

#endif
