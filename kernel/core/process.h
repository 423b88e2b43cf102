/*
 * Processes. A process is a TABLE of level D in a slot of the directory, the
 * boot processor's root, and its record; the one that runs is in slot 0 too.
 */
#ifndef XO5_CORE_PROCESS_H
#define XO5_CORE_PROCESS_H

#include "core/books.h"

/* Who may edit a table, and whose a resource is: the owner, and the owner's
 * parent. */
static inline bool process_owns(uint64_t me, uint64_t frame)
{
    uint64_t owner = frames[frame].owner;
    return owner == me || processes[owner].parent == me;
}

static inline bool process_edits(uint64_t me, uint64_t table)
{
    return process_owns(me, table);
}

/* True if `process` is me or a live child of mine. */
static inline bool process_is_mine(uint64_t me, uint64_t process)
{
    return process < PROCESS_MAX && processes[process].state == PROCESS_LIVE &&
           (process == me || processes[process].parent == me);
}

/* True if the entry, in range, lies in the directory. */
static inline bool process_is_directory(uint64_t entry)
{
    return entry / TABLE_ENTRIES == books.directory;
}

/* A given-back resource without refs becomes dirty, and its cost is its
 * owner's allowance again. Any other stays as it is. */
void process_settle(uint64_t frame);

/* Takes one ref off a resource, after the flush; then process_settle. */
void process_unref(uint64_t frame);

/* Fills the record and links the process in the directory: `create`'s commit,
 * as ops/operations.h says. */
void process_link(uint64_t me, uint64_t slot, uint64_t table, uint64_t context);

/* Makes `me` the parent of a process: one of my slots goes to the old
 * parent. */
void process_adopt(uint64_t me, uint64_t slot);

/*
 * `update` on the directory entry of process `slot`, which is not a group's.
 *   E_RANGE   no such slot
 * On my own: posts or withdraws an acceptance of the CPU, ACCEPT(giver,
 * generation, KIND_CPU, D), for swap.
 *   E_RIGHTS  rights is neither RIGHTS(R, R) nor none
 *   E_MATCH   resource is no such acceptance; or it is not the posted one
 *   E_BUSY    another is posted already
 * On a child's: RIGHTS_NONE ends it. Its table leaves the directory, its
 * groups go, its context is an ordinary page; what it owns it still owns.
 * On a dead child's, with RESOURCE_NONE: the slot is free again, and its
 * allowance is the parent's.
 *   E_OWNER   it is not my child
 *   E_RIGHTS  rights is not none
 *   E_MATCH   resource is not its table; or not RESOURCE_NONE if it is dead
 *   E_BUSY    it has a CPU, or has lent it; or it is dead, and still owns
 *             something or has children
 */
enum error process_update(uint64_t me, uint64_t slot, uint64_t resource,
                          uint64_t rights);

#endif
