/*
 * Exercise 5.2. Copy-on-write.
 */
#include "libos/min/fork.h"

#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/exercise.h"

bool fork_share(struct table *child)
{
    /*
     * TODO 1: for each GiB of the program's that my root holds: bar my entry,
     *         and attach the same table to the child's root.
     */
    (void)child;
    exercise_missing("5.2 (user/libos/min/fork.c: fork_share)");
}

struct table *fork_table(struct table *t, unsigned i)
{
    /*
     * TODO 2: is the table only mine? Then open it. What in it can others see,
     *         who took it into tables of their own?
     * TODO 3: else a new table, with all that the old one holds. Which source
     *         does attach want for what is mine, and which for what is not?
     * TODO 4: the new one takes the old one's place.
     */
    (void)t;
    (void)i;
    exercise_missing("5.2 (user/libos/min/fork.c: fork_table)");
}

int fork_page(struct table *t, uint64_t va)
{
    /*
     * TODO 5: is the page only mine? Then W is all that it lacks.
     * TODO 6: else copy it: where can you write to the new page before the old
     *         one is gone?
     */
    (void)t;
    (void)va;
    exercise_missing("5.2 (user/libos/min/fork.c: fork_page)");
}
