/*
 * Choices of a seed: Knuth's linear congruence, MMIX's numbers, of which the
 * upper bits are good enough to choose by. One word is all that there is to
 * remember, so what was seen once can be seen again.
 */
#include "lib/disorder.h"

#ifdef CHECK

static uint64_t state; /* 0: no disorder */

void disorder_begin(uint64_t seed)
{
    state = seed;
}

/* Something below 2^31. */
static uint64_t word(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    state += state == 0; /* it would be none */
    return state >> 33;
}

uint64_t disorder_seed(void)
{
    return state == 0 ? 0 : word() << 1 | 1;
}

uint64_t disorder_below(uint64_t n)
{
    return state == 0 ? 0 : word() % n;
}

uint64_t disorder_part(uint64_t least, uint64_t all)
{
    return state == 0 || all <= least ? all
                                      : least + word() % (all - least + 1);
}

bool disorder_chance(uint64_t n)
{
    return state != 0 && word() % n == 0;
}

#endif
