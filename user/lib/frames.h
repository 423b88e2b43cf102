/* Frames: choosing, cleaning, taking and giving back. */
#ifndef XO5_USER_FRAMES_H
#define XO5_USER_FRAMES_H

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

/* Where the next search for a frame begins; and lets it begin there, with
 * nothing remembered of what was given back. For a process that is
 * made as a copy. */
uint64_t frames_next(void);
void frames_start(uint64_t frame);

#endif
