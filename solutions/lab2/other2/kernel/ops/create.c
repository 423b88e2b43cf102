/*
 * Exercise 2.3, a third way: what the table must be, what the context must
 * be, each in a function that says how far it got.
 */
#include "core/process.h"
#include "core/quota.h"
#include "ops/operations.h"

/* The steps of a check, in the order of the contract. */
enum step { STEP_KIND, STEP_OWNER, STEP_GIVEN, STEP_BUSY, STEP_FULL, STEPS };

static const enum error answers[STEPS + 1] = {E_KIND, E_OWNER, E_GIVEN,
                                              E_BUSY, E_FULL,  OK};

/* The first step that fails; STEPS if none does. */
static enum step check_frame(uint64_t me, uint64_t frame, bool kind, bool used,
                             bool full)
{
    const struct frame *f = &frames[frame];
    if (!kind) {
        return STEP_KIND;
    }
    if (f->owner != me) {
        return STEP_OWNER;
    }
    if (f->flags & FRAME_GIVEN) {
        return STEP_GIVEN;
    }
    if (used) {
        return STEP_BUSY;
    }
    return full ? STEP_FULL : STEPS;
}

static enum error check(uint64_t me, uint64_t slot, uint64_t table,
                        uint64_t context)
{
    const struct frame *t = &frames[table], *c = &frames[context];
    bool full =
        c->refs == UINT32_MAX || processes[slot].generation == UINT32_MAX;
    enum step top =
        check_frame(me, table, t->kind == KIND_TABLE && t->level == arch_depth,
                    t->refs != 0 || t->live != 0, false);
    enum step page =
        check_frame(me, context, c->kind == KIND_MEMORY && c->level == 1,
                    (c->flags & FRAME_CONTEXT) != 0, full);
    return answers[top < page ? top : page];
}

enum error op_create(uint64_t me, uint64_t slot, uint64_t table,
                     uint64_t context, uint64_t allowance)
{
    if (slot < 1 || slot > PROCESS_MAX - 1) {
        return E_RANGE;
    }
    if (table >= FRAMES_MAX || context >= FRAMES_MAX) {
        return E_RANGE;
    }
    const struct process *p = &processes[slot];
    if (p->state == PROCESS_FREE) {
        enum error error = check(me, slot, table, context);
        if (error != OK) {
            return error;
        }
    } else if (processes[p->parent].parent != me) {
        return E_BUSY;
    } else if (table != p->table || context != p->context) {
        return E_MATCH;
    }
    if (!quota_covers(me, allowance)) {
        return E_ALLOWANCE;
    }
    if (p->state == PROCESS_FREE) {
        process_link(me, slot, table, context);
    } else {
        process_adopt(me, slot);
    }
    quota_grant(me, slot, allowance);
    return OK;
}
