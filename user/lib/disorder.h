/*
 * Disorder, for a build with CHECK=n: choices of a seed where nobody was
 * promised anything. Who comes first, how much at once, whether others run in
 * between: each answer is one that is right, and with the same seed they are
 * the same ones. In any other build, and with seed 0, there is none, and no
 * code is made of it.
 *
 *     first = disorder_below(count);          0 without
 *     some = disorder_part(1, count);         `count` without
 *     if (disorder_chance(8)) { yield(); }    false without
 */
#ifndef XO5_USER_DISORDER_H
#define XO5_USER_DISORDER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef CHECK
/* From here on, choices of that seed; 0: none. */
void disorder_begin(uint64_t seed);

/* A seed for somebody else's choices, another one each time; 0 if there are no
 * choices here. */
uint64_t disorder_seed(void);

/* A number below n, which is not 0: any; 0. */
uint64_t disorder_below(uint64_t n);

/* A number from `least` to `all`; all of it if that is less. */
uint64_t disorder_part(uint64_t least, uint64_t all);

/* True once in n times. */
bool disorder_chance(uint64_t n);
#else
static inline void disorder_begin(uint64_t seed)
{
    (void)seed;
}

static inline uint64_t disorder_seed(void)
{
    return 0;
}

static inline uint64_t disorder_below(uint64_t n)
{
    (void)n;
    return 0;
}

static inline uint64_t disorder_part(uint64_t least, uint64_t all)
{
    (void)least;
    return all;
}

static inline bool disorder_chance(uint64_t n)
{
    (void)n;
    return false;
}
#endif

#endif
