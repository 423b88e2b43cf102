/*
 * From a call's number to what is specified of it. What is said here and below
 * is another way of saying operations.h: facts that change, and no code of the
 * kernel's.
 */
#include "proof/search/spec.h"

#include <string.h>

enum error spec_call(const struct world *w, const struct call *call,
                     struct expected *x)
{
    switch (call->number) {
    case OP_CREATE:
        return spec_create(w, call->me, call->a, x);
    case OP_ALLOC:
        return spec_alloc(w, call->me, call->a, x);
    case OP_ATTACH:
        return spec_attach(w, call->me, call->a, x);
    case OP_UPDATE:
        return spec_update(w, call->me, call->a, x);
    case OP_SWAP:
        return spec_swap(w, call->me, call->a, x);
    case CALL_TIME:
        return spec_time(w, call->a[0], x);
    case CALL_FAULT:
        return spec_fault(w, x);
    default:
        return E_OPERATION;
    }
}

/* ---- what holds ---------------------------------------------------------- */

bool spec_mine(const struct world *w, uint64_t me, uint64_t frame)
{
    const struct fact_frame *f = &w->facts.frames[frame];
    return fact_is_resource(f->kind) &&
           (f->owner == me || w->facts.processes[f->owner].parent == me);
}

bool spec_edits(const struct world *w, uint64_t me, uint64_t table)
{
    return w->facts.frames[table].kind == KIND_TABLE && spec_mine(w, me, table);
}

bool spec_my_live(const struct world *w, uint64_t me, uint64_t process)
{
    return process >= 1 && process < PROCESS_MAX &&
           w->facts.processes[process].state == PROCESS_LIVE &&
           (process == me || w->facts.processes[process].parent == me);
}

bool spec_vital(const struct world *w, uint64_t me, uint64_t frame)
{
    const struct fact_frame *f = &w->facts.frames[frame];
    return f->vital && f->owner != me &&
           w->facts.processes[f->owner].state == PROCESS_LIVE;
}

bool spec_holds(const struct world *w, uint64_t entry, uint64_t resource)
{
    const struct fact_entry *e = &w->facts.entries[entry];
    return e->holds == HOLDS_RESOURCE && e->what == resource;
}

bool spec_accepted(const struct world *w, uint64_t me, uint64_t entry,
                   uint64_t resource)
{
    const struct fact_entry *e = &w->facts.entries[entry];
    const struct fact_frame *f = &w->facts.frames[resource];
    return e->holds == HOLDS_ACCEPTANCE && e->giver == me &&
           e->what == w->facts.processes[me].generation && e->kind == f->kind &&
           e->level == f->level;
}

bool spec_rights_valid(uint64_t rights)
{
    unsigned now = spec_now(rights), ceiling = spec_ceiling(rights);
    return rights == RIGHTS(now, ceiling) && (now & RIGHT_R) &&
           !(now & RIGHT_SHARE) && spec_within(now, ceiling);
}

/* The giver has eight bits of the word, so here it may also be a process
 * that this machine has no slot for. */
bool spec_accept_valid(uint64_t word)
{
    uint64_t giver = word >> 8 & 255, generation = word >> 16 & 0xffffffff;
    uint64_t kind = word >> 1 & 7, level = word >> 4 & 7;
    return word == ACCEPT(giver, generation, kind, level) && giver != 0 &&
           (fact_is_resource((unsigned)kind) || kind == KIND_CPU) && level != 0;
}

/* ---- what changes -------------------------------------------------------- */

void spec_begin(const struct world *w, struct expected *x)
{
    x->facts = w->facts;
    memset(x->events, 0, sizeof(x->events));
    memset(x->took, 0, sizeof(x->took));
    x->reset = x->masked = x->unmasked = 0;
    x->rest = 0;
}

void spec_put(struct expected *x, uint64_t entry, uint64_t resource,
              unsigned rights, unsigned ceiling)
{
    x->facts.entries[entry] = (struct fact_entry){
        .holds = HOLDS_RESOURCE,
        .rights = (uint8_t)rights,
        .ceiling = (uint8_t)ceiling,
        .what = resource,
    };
}

void spec_move(struct expected *x, uint64_t frame, uint64_t to)
{
    struct fact_frame *f = &x->facts.frames[frame];
    x->facts.processes[f->owner].allowance += fact_cost(f);
    x->facts.processes[to].allowance -= fact_cost(f);
    f->owner = (uint16_t)to;
    f->vital = false;
}

void spec_settle(struct expected *x, uint64_t frame)
{
    struct fact_frame *f = &x->facts.frames[frame];
    struct counts counts;
    counts_make(&x->facts, &counts);
    if (!f->given || counts.refs[frame] != 0) {
        return;
    }
    x->facts.processes[f->owner].allowance += fact_cost(f);
    if (f->kind == KIND_TABLE) {
        memset(&x->facts.entries[frame * TABLE_ENTRIES], 0,
               TABLE_ENTRIES * sizeof(struct fact_entry));
        f->level = 1;
    }
    *f = (struct fact_frame){.kind = KIND_DIRTY, .level = f->level};
}
