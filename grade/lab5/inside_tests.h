/* What the parts of the grader's tests inside of min share: inside.c. */
#ifndef XO5_INSIDE_TESTS_H
#define XO5_INSIDE_TESTS_H

#include <stdint.h>

#include "libos/min/process.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

/* What the grader puts in from outside, while this stands at its first look:
 * two addresses, each in a GiB of its own, where the tests have memory; and a
 * number, of which what they store and how much is made. */
#define A inside_given[0]
#define B inside_given[1]
#define N inside_given[2]
#define RW (RIGHT_R | RIGHT_W)
#define RESULTS 64

extern volatile uint64_t inside_given[3];
extern uint64_t inside_results[RESULTS];
extern unsigned found; /* of them are used */

/* The grader stands here: look `which`. */
void inside_look(uint64_t which);

/* The next result; the end of this process, nothing given back. */
void note(int64_t value);
void finish(int status) __attribute__((noreturn));

volatile uint64_t *word(uint64_t va);

/* Adds a region. */
void region(uint64_t start, uint64_t pages, enum region_kind kind,
            uint64_t first, unsigned rights);

/* A page of memory, without the pager; its first word is `value`. */
void put(uint64_t va, uint64_t value);

/* Lets stores through to a page that is there, without the pager. */
int own(uint64_t va);

/* Takes all memory that this process may still have, but for `rest`. */
void use_up(uint64_t rest);

/* A child that does that: its number, or fork's error. */
int64_t start_child(void (*does)(void));
struct child *child_of(int64_t slot);
void run_to_end(int64_t slot);

/* The tests: true if there is one of that number here, and it was run. */
void test_pager(unsigned n);
void test_fork(unsigned n);
void test_pipe(unsigned n);

#endif
