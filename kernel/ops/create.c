/*
 * create: an empty table of level D becomes a process.
 *
 * A process is the largest resource there is: what fits one entry of the root.
 * Its parent names a slot of the directory, a table, and a page for the
 * context, and gives a part of its own allowance:
 *
 *   directory[slot] ---> table        the process's own from now on
 *   record[slot]    ---> context      a page of the parent's, as before
 *                   ---> parent, generation, allowance, slots
 *
 * The process has nothing in it yet. Its parent fills it with `attach`, since
 * a parent may edit its child's tables, and hands it the processor with
 * `swap`.
 */
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

static bool is_top_table(uint64_t frame)
{
    return frames[frame].kind == KIND_TABLE &&
           frames[frame].level == arch_depth;
}

static bool is_page(uint64_t frame)
{
    return frames[frame].kind == KIND_MEMORY && frames[frame].level == 1;
}

/* The slot is in use: I take its process over from my child. */
static enum error adopt(uint64_t me, uint64_t slot, uint64_t table,
                        uint64_t context, uint64_t allowance)
{
    const struct process *process = &processes[slot];
    /* A parent's parent may: a process whose parent has died would else have
     * nobody who could end it. For all others the slot is in use. */
    if (processes[process->parent].parent != me) {
        return E_BUSY;
    }
    /* The slot may have been used anew since the caller looked at it. */
    if (process->table != table || process->context != context) {
        return E_MATCH;
    }
    if (!quota_covers(me, allowance)) {
        return E_ALLOWANCE;
    }
    process_adopt(me, slot);
    quota_grant(me, slot, allowance);
    return OK;
}

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    if (slot == 0 || slot >= PROCESS_MAX || table >= FRAMES_MAX ||
        context >= FRAMES_MAX) {
        return E_RANGE;
    }
    if (processes[slot].state != PROCESS_FREE) {
        return adopt(me, slot, table, context, allowance);
    }
    if (!is_top_table(table) || !is_page(context)) {
        return E_KIND;
    }
    if (frames[table].owner != me || frames[context].owner != me) {
        return E_OWNER;
    }
    if ((frames[table].flags | frames[context].flags) & FRAME_GIVEN) {
        return E_GIVEN;
    }
    /* A table that hangs somewhere or holds something would be two things at
     * once, and a context with two processes would let the one set the other's
     * registers. */
    if (frames[table].refs != 0 || frames[table].live != 0 ||
        (frames[context].flags & FRAME_CONTEXT)) {
        return E_BUSY;
    }
    if (frames[context].refs == UINT32_MAX) {
        return E_FULL;
    }
    /* Acceptances name the giver's generation. If a number came again, what
     * somebody accepts from a process would be accepted from a stranger. */
    if (processes[slot].generation == UINT32_MAX) {
        return E_FULL;
    }
    if (!quota_covers(me, allowance)) {
        return E_ALLOWANCE;
    }
    process_link(me, slot, table, context);
    quota_grant(me, slot, allowance);
    return OK;
}
