/*
 * Processes, from their beginning to the end of their slot.
 *
 *              create                update, its table
 *    FREE  ------------->  LIVE  ------------------->  DEAD
 *      ^                                                 |
 *      +-------------------------------------------------+
 *         update, RESOURCE_NONE, once it owns nothing
 *         and has no children
 *
 * A dead process still owns what it owned, and is charged for it; its parent
 * takes that over or gives it back, one by one, each in constant time. To end
 * a process is therefore two calls: nothing in the kernel walks through its
 * tables.
 */
#include "core/process.h"

#include "core/cpu.h"
#include "core/flush.h"
#include "core/frame.h"
#include "core/group.h"
#include "core/link.h"
#include "core/quota.h"

void process_settle(uint64_t frame)
{
    const struct frame *f = &frames[frame];
    /* Given back, and gone from everywhere: whichever comes last leads here. */
    if ((f->flags & FRAME_GIVEN) && f->refs == 0) {
        quota_return(f->owner, quota_of(frame));
        frame_drop(frame);
    }
}

void process_unref(uint64_t frame)
{
    frames[frame].refs--;
    process_settle(frame);
}

static uint64_t directory_entry(uint64_t slot)
{
    return entry_name(books.directory, (unsigned)slot);
}

/* Moves one slot of the parent's to this child. */
static void be_parent(uint64_t me, uint64_t slot)
{
    processes[slot].parent = (uint16_t)me;
    processes[me].children++;
    processes[me].slots--;
}

void process_link(uint64_t me, uint64_t slot, uint64_t table, uint64_t context)
{
    struct process *p = &processes[slot];
    p->state = PROCESS_LIVE;
    p->reason = REASON_NONE;
    p->vector = 0;
    p->generation++;
    p->table = table;
    p->context = context;
    p->owned = 1;
    p->accepts = 0;
    p->taken = 0;
    be_parent(me, slot);
    processes[me].owned--;
    frames[table].owner = (uint16_t)slot;
    frames[table].refs = 1;
    frames[context].refs++;
    frames[context].flags |= FRAME_CONTEXT;
    /* No register of the slot's last process is the new one's to read. */
    arch_state_reset(slot);
    /* Last: now it can be handed the processor. R, and no U: through the
     * directory ring 3 reaches no process (invariant 4). */
    entry_store(directory_entry(slot),
                entry_make(table, arch_depth, RIGHT_R, ENTRY_TABLE));
}

void process_adopt(uint64_t me, uint64_t slot)
{
    struct process *before = &processes[processes[slot].parent];
    before->children--;
    before->slots++;
    be_parent(me, slot);
}

/* The child's end: it runs nowhere, and leaves the directory. */
static void end(uint64_t slot)
{
    struct process *p = &processes[slot];
    pte before = entry_load(directory_entry(slot));
    entry_store(directory_entry(slot), (pte){0});
    flush_change(before, (pte){0});
    /* It has no processor (E_BUSY else), so slot 0 does not hold it, and from
     * here on nothing leads to it. */
    p->state = PROCESS_DEAD;
    p->accepts = 0;
    group_clear(slot);
    frames[p->context].flags &= (uint8_t)~FRAME_CONTEXT;
    process_unref(p->context);
    /* The directory's ref. Its owner, the dead process, has it still. */
    process_unref(p->table);
}

/* The dead child's slot is free again. */
static void bury(uint64_t slot)
{
    struct process *p = &processes[slot];
    struct process *parent = &processes[p->parent];
    parent->allowance += p->allowance;
    /* Its own slot, too. */
    parent->slots = (uint16_t)(parent->slots + p->slots + 1);
    parent->children--;
    p->state = PROCESS_FREE;
    p->parent = 0;
    p->allowance = 0;
    p->slots = 0;
    p->table = 0;
    p->context = 0;
}

/* The entry that is filled by a hand-over is slot 0, which is no process's to
 * write. So the acceptance of a processor lies in the record. */
static enum error accept_cpu(uint64_t me, uint64_t word, uint64_t rights)
{
    struct process *p = &processes[me];
    bool post = rights != RIGHTS_NONE;
    if (post && rights != RIGHTS(RIGHT_R, RIGHT_R)) {
        return E_RIGHTS;
    }
    if (!accept_valid(word) || (word >> 1 & 7) != KIND_CPU ||
        (word >> 4 & 7) != arch_depth || (!post && p->accepts != word)) {
        return E_MATCH;
    }
    if (post && p->accepts) {
        return E_BUSY;
    }
    p->accepts = post ? word : 0;
    return OK;
}

enum error process_update(uint64_t me, uint64_t slot, uint64_t resource,
                          uint64_t rights)
{
    const struct process *p = &processes[slot];
    if (slot == 0 || slot >= PROCESS_MAX) {
        return E_RANGE;
    }
    /* Nobody ends itself: who wants to, faults, and its parent does the
     * rest. */
    if (slot == me) {
        return accept_cpu(me, resource, rights);
    }
    if (p->state == PROCESS_FREE || p->parent != me) {
        return E_OWNER;
    }
    if (rights != RIGHTS_NONE) {
        return E_RIGHTS;
    }
    if (resource != (p->state == PROCESS_LIVE ? p->table : RESOURCE_NONE)) {
        return E_MATCH;
    }
    if (p->state == PROCESS_LIVE) {
        /* The chain of givers leads through it. */
        if (p->running) {
            return E_BUSY;
        }
        end(slot);
        return OK;
    }
    if (p->owned || p->children) {
        return E_BUSY;
    }
    bury(slot);
    return OK;
}
