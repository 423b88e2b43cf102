/*
 * A test's step has a number, which is what its program ends with: a grader
 * that sees no console still learns from the status which step failed.
 */
#include "lib/expect.h"

#include "lib/process.h"

int expect_step = 1;

void expect_begin(const char *what)
{
    expect_step++;
    if (process_has_console()) {
        console_print("test: %u: %s\n", (unsigned)expect_step, what);
    }
}

bool expect_differs(const char *what, uint64_t found, uint64_t expected)
{
    if (found == expected) {
        return false;
    }
    if (process_has_console()) {
        console_print("test: %u: wrong: %s: expected 0x%lx, found 0x%lx\n",
                      (unsigned)expect_step, what, expected, found);
    }
    return true;
}
