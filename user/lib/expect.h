/*
 * For test programs: each says what it is about to try, and ends with 0, or
 * with the number of the step that failed, after saying what was expected and
 * what was found. A child says the same, if it has the console.
 *
 *     STEP("a page reads back");
 *     EXPECT("update", op_update(...), OK);
 *     TRY(part());               a function that returns 0 or a step
 */
#ifndef XO5_USER_EXPECT_H
#define XO5_USER_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/console.h"

/* The number of the step that is being tried; a child goes on from what it
 * was when the child was built. */
extern int expect_step;

/* The next step begins. */
void expect_begin(const char *what);

/* Returns true, having said so, if `found` is not what was expected. `words`
 * is what the program calls that: of an error's name, it says `found`'s too. */
bool expect_differs(const char *what, uint64_t found, uint64_t expected,
                    const char *words);

/* What I own, and may own and create. */
struct expect_books {
    uint64_t owned, allowance, slots;
};

struct expect_books expect_books(void);

/* Tries `part` twice: once, so that tables of my own for it are there; then
 * *now is what I have, and it is that again afterwards (expect_same). */
int expect_counted(int (*part)(void), struct expect_books *now);

/* It is that again, and I have no child. Returns 0 or the step that failed. */
int expect_same(struct expect_books before);

#define STEP(what) expect_begin(what)

#define EXPECT(what, found, expected)                                          \
    do {                                                                       \
        if (expect_differs(what, (uint64_t)(found), (uint64_t)(expected),      \
                           #expected)) {                                       \
            return expect_step;                                                \
        }                                                                      \
    } while (0)

#define TRY(part)                                                              \
    do {                                                                       \
        int failed = (part);                                                   \
        if (failed != 0) {                                                     \
            return failed;                                                     \
        }                                                                      \
    } while (0)

#endif
