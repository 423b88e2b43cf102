/*
 * Time is read and never asked for: the time-stamp counter can be read in ring
 * 3, and the books say how fast it counts and what the date was when they were
 * made.
 */
#include "lib/clock.h"

#include "lib/books.h"

#define SECOND 1000000000ull
#define MICRO 1000000ull

uint64_t clock_ticks(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

uint64_t clock_for(uint64_t microseconds)
{
    return books_head()->clock_rate * microseconds / MICRO;
}

uint64_t clock_in(uint64_t microseconds)
{
    return clock_ticks() + clock_for(microseconds);
}

uint64_t clock_now(void)
{
    const volatile struct books *books = books_head();
    uint64_t passed = clock_ticks() - books->clock_start;
    uint64_t rate = books->clock_rate;
    /* In two steps: passed * SECOND overflows after a few seconds. */
    return passed / rate * SECOND + passed % rate * SECOND / rate;
}
