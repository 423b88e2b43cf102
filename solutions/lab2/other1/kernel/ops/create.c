/*
 * Exercise 2.3, another way: the first check that fails, as an expression.
 */
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

static enum error check_new(uint64_t me, uint64_t slot, uint64_t table,
                            uint64_t context)
{
    const struct frame *top = &frames[table], *page = &frames[context];
    bool kinds = top->kind == KIND_TABLE && top->level == arch_depth &&
                 page->kind == KIND_MEMORY && page->level == 1;
    bool used = top->refs || top->live || (page->flags & FRAME_CONTEXT);
    return !kinds                                  ? E_KIND
           : top->owner != me || page->owner != me ? E_OWNER
           : (top->flags & FRAME_GIVEN)            ? E_GIVEN
           : (page->flags & FRAME_GIVEN)           ? E_GIVEN
           : used                                  ? E_BUSY
           : page->refs == UINT32_MAX ||
                   processes[slot].generation == UINT32_MAX
               ? E_FULL
               : OK;
}

static enum error check_old(uint64_t me, uint64_t slot, uint64_t table,
                            uint64_t context)
{
    const struct process *p = &processes[slot];
    return processes[p->parent].parent != me            ? E_BUSY
           : p->table != table || p->context != context ? E_MATCH
                                                        : OK;
}

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    if (slot - 1 >= PROCESS_MAX - 1 || table >= FRAMES_MAX ||
        context >= FRAMES_MAX) {
        return E_RANGE;
    }
    bool fresh = processes[slot].state == PROCESS_FREE;
    enum error error = fresh ? check_new(me, slot, table, context)
                             : check_old(me, slot, table, context);
    if (error == OK && !quota_covers(me, allowance)) {
        error = E_ALLOWANCE;
    }
    if (error != OK) {
        return error;
    }
    quota_grant(me, slot, allowance);
    if (fresh) {
        process_link(me, slot, table, context);
    } else {
        process_adopt(me, slot);
    }
    return OK;
}
