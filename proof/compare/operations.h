/* The functions that are compared, each as the prover reads it and as it was
 * compiled. The table is generated (predict.py). */
#ifndef XO5_PROOF_COMPARE_OPERATIONS_H
#define XO5_PROOF_COMPARE_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>

#define ARGUMENTS_MAX 7

struct operation {
    const char *name;
    unsigned arguments;
    unsigned widths[ARGUMENTS_MAX]; /* bits of each */
    unsigned bits;                  /* of the answer: 0 if there is none */
    bool errors;                    /* the answer is an enum error */

    /* Makes `after` and `by_prover`; returns -1, or the number of what must
     * hold and does not: then nothing is said. */
    int (*predict)(const uint64_t *arguments, uint64_t *answer);
    uint64_t (*run)(uint64_t *arguments);

    const char *const *conditions; /* what must hold */

    /* How often each store was made. */
    uint64_t *made;
    unsigned stores;
    unsigned share; /* of all states, compared with the others' */
};

extern const struct operation operations[];
extern const unsigned operation_count;

#endif
