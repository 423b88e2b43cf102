/*
 * Child processes, built with the operations alone. A child runs a function
 * of the same program: it has copies of all of the parent's text, constants
 * and data, in frames of its own, a stack at INIT_STACK_TOP and its context at
 * INIT_CONTEXT. Its data are as they were when it was built, but its number
 * is its own, its mapper and its upcalls are empty, and it has no port.
 */
#ifndef XO5_USER_CHILD_H
#define XO5_USER_CHILD_H

#include <stdbool.h>

#include "lib/pages.h"

#define CHILD_STACK 0x8000

/* Where I map in a child what I share with it: some GiB, in which it does not
 * map anything itself. */
#define CHILD_SHARED 0x100000000

typedef int child_program(uint64_t word);

struct child {
    uint64_t slot;
    uint64_t context_frame;           /* mine */
    volatile struct context *context; /* as I see it */
    struct space space;               /* its tables and pages are its own */
};

/*
 * Builds a child that will call run(word) and end with what that returns,
 * with `frames` and `slots` to spare for itself. Errors: E_BUSY if there is
 * no free slot, E_ALLOWANCE if there is not enough memory, and those of
 * pages.h; then nothing is left of it.
 */
enum error child_start(struct child *child, child_program *run, uint64_t word,
                       uint64_t frames, uint64_t slots);

/* Hands it the CPU until the time-stamp counter says `lease`, 0 for no end;
 * returns when it is back. `swap`'s errors. */
enum error child_run(const struct child *child, uint64_t lease);

/* Why the CPU is back: its record's word, enum process_reason. */
unsigned child_reason(const struct child *child);

/* True if it ended by itself; *status is then what it ended with. */
bool child_has_ended(const struct child *child, uint64_t *status);

/* Lets it use a group that I have, RESOURCE_PORTS or RESOURCE_IRQ; and the
 * console's ports. `attach`'s errors. */
enum error child_give_group(const struct child *child, uint64_t group);
enum error child_give_console(const struct child *child);

/*
 * Ends it and takes it apart: entry by entry, and what it owns is given back
 * and can be mine again. Returns how many frames of 4 KiB that made; 0 if
 * it cannot be done (it has the CPU or children). What I know of its space is
 * undone at once; what it mapped itself is found by trying.
 */
uint64_t child_end(struct child *child);

/* Empties a table of mine or of a child's, of which is not known what it holds,
 * by trying all that is attached anywhere. */
void child_empty(uint64_t table);

/* Gives back all that a dead process of that slot owned, its tables emptied
 * first: looks at every frame, and tries what the tables hold. */
void child_strip(uint64_t slot);

/* The second half of child_end, for a process that is dead already. False if
 * its slot cannot be used again: it has children, or others still hold what
 * it owned. */
bool child_bury(struct child *child);

/* Becomes the parent of my child's child in that slot; `create`'s errors. It
 * can then be ended with child_end. */
enum error child_adopt(struct child *child, uint64_t slot);

#endif
