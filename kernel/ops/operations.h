/*
 * The five operations. Each is called under the kernel's lock by process
 * `me`, which is live, with whatever that process put into the registers; it
 * checks everything, in the order that stands here, answers the first error
 * and has then changed nothing; else it commits and answers OK.
 *
 * The order of a commit: the stores that take access away; the flush, on
 * every processor; the stores that give access, or free what was taken.
 *
 * Words that all five use:
 *   mine        I own the resource, or my child does (process_owns)
 *   may edit    I own the table, or my child does (process_edits)
 *   a frame, an entry, a slot "in range": below FRAMES_MAX, below
 *               FRAMES_MAX * 512, from 1 to PROCESS_MAX - 1
 *   a resource  MEMORY, TABLE or DEVICE, named by its first frame. One of
 *               level L fits an entry of level L; a TABLE of level L has
 *               entries of level L - 1
 *   its cost    what it takes of its owner's allowance: quota_cost
 */
#ifndef XO5_OPS_OPERATIONS_H
#define XO5_OPS_OPERATIONS_H

#include <stdint.h>

#include "abi/errors.h"

/*
 * Makes an empty TABLE of level D a process: links it in the directory at
 * `slot`, with `context` as its context, and gives it ALLOWANCE(frames,
 * slots) of what I may still have. The process owns its table then; the
 * context stays mine. I am its parent.
 *   E_RANGE      slot, table or context is not in range
 *   E_BUSY       the slot is not free
 *   E_KIND       table is no TABLE of level D; context no MEMORY of level 1
 *   E_OWNER      I do not own the table, or the context (my child's is no use)
 *   E_GIVEN      either was given back
 *   E_BUSY       the table has refs or live entries; the context is one
 *                already
 *   E_FULL       the context's refs are at their end, or the slot's
 *                generations: what was accepted from one would be
 *                accepted from another
 *   E_ALLOWANCE  more frames or slots than I have; one slot is the process's
 *                own
 * If the slot is in use (not free) and its parent is my child: I become its
 * parent instead, and the allowance is added to its own. E_MATCH if table or
 * context is not its record's; E_ALLOWANCE as above.
 */
enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance);

/*
 * Five things, by `kind` and by what the frame is; first of all, whichever
 * of them it is:
 *   E_RANGE  frame is not in range; level is not 1 to 5; kind is not FREE,
 *            MEMORY, TABLE or DEVICE; owner is ENTRIES_MAX or more
 *
 * KIND_FREE on a DIRTY unit: clears up to 64 KiB of it, whoever asks; MORE
 * until all of it is clear, and then FREE.
 *   E_LEVEL  the unit is of another level
 *
 * KIND_FREE on a resource of mine: gives it back. It is dirty at once if
 * nothing refers to it, else when its last entry goes.
 *   E_KIND   not MEMORY or TABLE
 *   E_LEVEL  it is of another level
 *   E_OWNER  it is not mine
 *   E_GIVEN  it was given back already
 *   E_LIVE   a table with live entries
 *   E_VITAL  vital, its owner lives and is not me
 *
 * MEMORY or TABLE on a FREE frame: makes it a resource of process `owner`.
 *   E_LEVEL      no such level: MEMORY from 1 to the processor's largest
 *                page, TABLE from 2 to D
 *   E_ALIGN      MEMORY: the frame is no multiple of the level's size. (A
 *                TABLE of any level is one frame, and may be any)
 *   E_OWNER      `owner` is neither me nor a live child of mine
 *   E_BUSY       not all of it is free and clean, or a larger resource has it
 *   E_ALLOWANCE  its cost is more than the owner's allowance
 *
 * MEMORY, TABLE or DEVICE, `owner` below PROCESS_MAX, on a resource of that
 * kind that my child owns: I take it over.
 *   E_KIND       it is of another kind
 *   E_LEVEL      it is of another level
 *   E_OWNER      `owner` is not me, or its owner is no child of mine
 *   E_GIVEN      it was given back
 *   E_VITAL      it is vital and its owner lives
 *   E_ALLOWANCE  its cost is more than my allowance
 *
 * The same, `owner` an entry's name: I claim what its owner has given back,
 * through the last entry that holds it.
 *   E_KIND, E_LEVEL
 *   E_OWNER      I may not edit the entry's table
 *   E_MATCH      the entry does not hold it
 *   E_GIVEN      it was not given back
 *   E_SHARED     it has other refs
 *   E_ALLOWANCE  its cost is more than my allowance
 */
enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner);

/*
 * Links a resource into an empty entry: `rights` is RIGHTS(rights, ceiling).
 * The entry's table is one that I may edit, or the entry holds an acceptance
 * for me, which is used up. The resource is mine and `source` is 0; or
 * `source` names an entry that holds it and passes it on: one that I may
 * edit (`via` is 0), or one in a table held by `via`, which I may edit. Where
 * source is 0, via is not looked at.
 *   E_RANGE   entry, resource, source, via
 *   E_RIGHTS  unknown bits; no R; rights outside the ceiling
 *   E_KIND    the entry's table is no TABLE
 *   E_GIVEN   that table was given back
 *   E_BUSY    the entry is live
 *   E_OWNER   I may not edit it, and no acceptance in it fits: me, my
 *             generation, the resource's kind and level
 *   E_RIGHTS  the ceiling is outside the acceptance's
 *   E_KIND    the resource is none
 *   E_GIVEN   it was given back
 *   E_LEVEL   its level is not the entry's
 *   E_RIGHTS  a DEVICE with X
 *   E_OWNER   source is 0 and it is not mine; or what via is in, or source
 *             where via is 0, is no TABLE that I may edit
 *   E_MATCH   source is in no TABLE, or does not hold it; or via does not
 *             hold source's table
 *   E_RIGHTS  source or via may not pass it on: no SHARE in its ceiling, or
 *             a ceiling outside it
 *   E_FULL    its refs are at their end
 * On my own or my child's directory entry: gives the process a group that I
 * have (RESOURCE_PORTS, RESOURCE_IRQ); see core/group.h.
 */
enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via);

/*
 * Changes what a live entry allows; no rights (RIGHTS_NONE): detaches. Who
 * may edit its table may set rights up to the ceiling and lower the ceiling;
 * whose the resource is may lower both, in anybody's table; who is both may
 * raise the ceiling. The stale translation is gone when it returns. What the
 * processor noted in it, A and D, survives all but detaching.
 *   E_RANGE   entry
 *   E_RIGHTS  unknown bits; not none, and no R or outside the ceiling
 *   E_KIND    the entry's table is no TABLE
 *   E_MATCH   the entry does not hold the resource (or there is none of
 *             that number)
 *   E_OWNER   I may not edit the table, and the resource is not mine
 *   E_VITAL   R, W or X would be lost that the vital resource's owner, who
 *             lives and is not me, has in a table of its own
 *   E_RIGHTS  more than who I am may set; a DEVICE with X
 * With RIGHTS_ASK alone nothing changes: the table's owner has EVENT_ASKED.
 * With RIGHTS_VITAL or RIGHTS_MORTAL alone the owner marks its page, VITAL_MAX
 * at most: core/vital.h, vital_mark, has the errors.
 *
 * On an empty entry that I may edit: posts an acceptance, ACCEPT(...), with
 * that ceiling, or withdraws it (RIGHTS_NONE).
 *   E_GIVEN   the table was given back
 *   E_OWNER   I may not edit it
 *   E_MATCH   resource is no acceptance; or rights is RIGHTS_ASK, VITAL or
 *             MORTAL; or, to withdraw, it is not the posted one
 *   E_BUSY    an acceptance is posted already
 *
 * On a directory entry: see core/process.h, process_update.
 */
enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights);

/*
 * Moves a resource from `entry` to `with`, with its rights and ceiling, A and
 * D, ownership and cost; or, if `other` is not RESOURCE_NONE, exchanges it for
 * what `with` holds. No state of memory or of a TLB ever gives both: between
 * any two stores, no other entry gives what one gives.
 *   E_RANGE      entry, with; or they are the same
 *   E_KIND       the table of entry, then of with, is no TABLE
 *   E_GIVEN      the table of with was given back
 *   E_LEVEL      their levels differ
 *   E_OWNER      I may not edit the table of entry
 *   E_MATCH      entry does not hold the resource
 *   E_GIVEN      it was given back
 *   E_OWNER      its owner is not the owner of the table of entry
 *   E_SHARED     it has other refs
 *   E_VITAL      it is vital, whoever asks: for its owner too
 *   moving:      E_BUSY   with is live
 *                E_OWNER  I may not edit it, and no acceptance in it fits
 *                E_RIGHTS the ceiling is outside the acceptance's
 *   exchanging:  E_OWNER  I may not edit the table of with
 *                E_MATCH, E_GIVEN, E_OWNER, E_SHARED, E_VITAL as above,
 *                for other in with
 *   E_ALLOWANCE  a receiver's allowance has no room
 * Entry and with in the directory: hands over the CPU; see core/cpu.h. What
 * cpu_hand is given is their slots, and no names. Both of them slot 0's: nobody
 * has it for a while; see core/rest.h (ops/dispatch.c comes there by itself).
 */
enum error op_swap(uint64_t me, uint64_t entry, uint64_t with,
                   uint64_t resource, uint64_t other, uint64_t lease);

#endif
