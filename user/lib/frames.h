/* Frames: choosing, cleaning, taking and giving back. */
#ifndef XO5_USER_FRAMES_H
#define XO5_USER_FRAMES_H

#include <stdbool.h>

#include "abi/resources.h"
#include "lib/operations.h"

/* Makes the next usable unit a resource: MEMORY of level 1 to 3, or a TABLE
 * of level 2 and up, for process `owner`, me or a child of mine. What is
 * dirty of it is cleaned first. Returns its (first) frame; 0 if there is no
 * such unit or the kernel says no. */
uint64_t frames_take(unsigned level, enum kind kind, uint64_t owner);

/* Gives back a resource of mine or of my child's, of whatever level and kind
 * it is; `alloc`'s answer. */
enum error frames_give(uint64_t frame);

/* Cleans a dirty unit to its end; `alloc`'s last answer, OK when it is free.
 * Any process may clean any dirty unit. */
enum error frames_clean(uint64_t frame);

/* For tests of what comes when there is no memory: in a build with CHECK=n the
 * n-th frames_take of this process from now on finds none, and `after` it no
 * other one does; 0 for none. frames_failed: has it come to that? */
#ifdef CHECK
void frames_fail(uint64_t n, bool after);
bool frames_failed(void);
#else
static inline void frames_fail(uint64_t n, bool after)
{
    (void)n, (void)after;
}

static inline bool frames_failed(void)
{
    return false;
}
#endif

/* Where the next search for a frame begins; and lets it begin there, with
 * nothing remembered of what was given back. For a process that is
 * made as a copy. */
uint64_t frames_next(void);
void frames_start(uint64_t frame);

#endif
