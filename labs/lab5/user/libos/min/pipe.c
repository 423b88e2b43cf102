/*
 * Exercise 5.4. Pipes.
 */
#include "libos/min/pipe.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "libos/min/abi.h"
#include "libos/min/exercise.h"
#include "libos/min/process.h"

int pipe_make(void)
{
    /* TODO 1: a number that is free, four pages, an empty ring. */
    exercise_missing("5.4 (user/libos/min/pipe.c: pipe_make)");
}

int64_t pipe_read(unsigned n, void *to, uint64_t count)
{
    /* TODO 2: wait until there is something, or nobody left to write. */
    (void)n;
    (void)to;
    (void)count;
    exercise_missing("5.4 (user/libos/min/pipe.c: pipe_read)");
}

int64_t pipe_write(unsigned n, const void *from, uint64_t count)
{
    /* TODO 3: how much room must there be before the first byte goes in? */
    (void)n;
    (void)from;
    (void)count;
    exercise_missing("5.4 (user/libos/min/pipe.c: pipe_write)");
}

void pipe_close(unsigned n, enum pipe_end end)
{
    /* TODO 4: what does this process still need? */
    (void)n;
    (void)end;
    exercise_missing("5.4 (user/libos/min/pipe.c: pipe_close)");
}

bool pipe_inherit(struct table *child)
{
    /* TODO 5: attach to the child's table what mine has: it must be able to
     *         store there, and to pass it on. Note it in the child's copy. */
    (void)child;
    exercise_missing("5.4 (user/libos/min/pipe.c: pipe_inherit)");
}
