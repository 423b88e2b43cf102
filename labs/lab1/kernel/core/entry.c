/*
 * Exercise 1.2. Page-table entries.
 */
#include "core/entry.h"

#include "lib/exercise.h"

pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    /*
     * TODO 1: without RIGHT_R there is no entry.
     * TODO 2: put the frame where arch/paging.h draws it.
     * TODO 3: turn rights into bits. Mind which of them the processor
     *         counts the other way round; do it in one place.
     * TODO 4: turn `how` into bits. When does PS belong in?
     */
    (void)frame;
    (void)level;
    (void)rights;
    (void)how;
    exercise_missing("1.2 (kernel/core/entry.c: entry_make)");
}

unsigned entry_rights(pte e)
{
    /* TODO 5: the way back from bits to rights. */
    (void)e;
    exercise_missing("1.2 (kernel/core/entry.c: entry_rights)");
}

bool entry_is_page(pte e, unsigned level)
{
    /* TODO 6: a page or a table? */
    (void)e;
    (void)level;
    exercise_missing("1.2 (kernel/core/entry.c: entry_is_page)");
}

uint64_t entry_frame(pte e, unsigned level)
{
    /* TODO 7: the frame, without any bit that is not part of it. */
    (void)e;
    (void)level;
    exercise_missing("1.2 (kernel/core/entry.c: entry_frame)");
}

pte entry_with_rights(pte e, unsigned rights)
{
    /* TODO 8: other rights, and nothing else changed. */
    (void)e;
    (void)rights;
    exercise_missing("1.2 (kernel/core/entry.c: entry_with_rights)");
}
