/*
 * One operation, looked at from all sides. The flushes are checked as they
 * happen, with the state of that moment: what a table has lost must still be
 * unused by others, and what it gains must not be there yet. After the call
 * the answer and every change are held against the specification, and the
 * invariants are counted anew.
 */
#include "proof/search/step.h"

#include <stdio.h>
#include <string.h>

#include "ops/dispatch.h"
#include "core/notice.h"
#include "proof/search/broke.h"
#include "proof/search/differ.h"
#include "proof/search/invariants.h"

/* ---- 10: translations, and the order of stores --------------------------- */

#define PLACE (PTE_P | PTE_PS | PTE_U | PTE_ADDRESS)

/* Does an entry that was `from` and is `to` allow less than before? */
static bool loses(uint64_t from, uint64_t to)
{
    return (from & PTE_P) && (((from ^ to) & PLACE) || (from & ~to & PTE_W) ||
                              (to & ~from & PTE_NX));
}

/* Does it lead where it did not? */
static bool leads(uint64_t from, uint64_t to)
{
    return (to & PTE_P) && ((from ^ to) & PLACE);
}

/* True for an entry that a processor may have read through. */
static bool is_read(const struct snapshot *before, uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    return before->frames[table].kind == KIND_TABLE ||
           frames[table].kind == KIND_TABLE ||
           (table == FRAME_DIRECTORY && entry % TABLE_ENTRIES < PROCESS_MAX);
}

/*
 * The worst processor remembers every entry since the last flush. So what an
 * operation takes away must be gone when it flushes, and what it gives must
 * not be there yet (but an entry's other rights to what it holds may: one
 * store changes both); nor may a frame be freed or made by then. Only an
 * operation that takes something flushes.
 */
static void check_flushes(const struct snapshot *before)
{
    unsigned lost = 0, last = heard.flushes - 1;
    if (heard.flushes > FLUSHES_KEPT) {
        broke("flush.h: %u flushes by one operation", heard.flushes);
    }
    for (uint64_t e = 0; e < ENTRY_COUNT; e++) {
        uint64_t old = before->entries[e], new = entries[e].bits;
        if (!is_read(before, e)) {
            continue;
        }
        if (loses(old, new)) {
            lost++;
            if (heard.flushes == 0) {
                broke("invariant 10: entry %s lost something, without a "
                      "flush",
                      name_entry(e));
            }
        }
        for (unsigned n = 0; n < heard.flushes; n++) {
            if (leads(old, heard.flushed[n].entries[e])) {
                broke("invariant 10: entry %s leads elsewhere before the "
                      "flush",
                      name_entry(e));
            }
        }
        if (heard.flushes && loses(heard.flushed[last].entries[e], new)) {
            broke("invariant 10: entry %s lost something after the flush",
                  name_entry(e));
        }
    }
    if (heard.flushes > lost) {
        broke("flush.h: %u flushes for %u entries that lost something",
              heard.flushes, lost);
    }
    for (uint64_t f = 0; heard.flushes && f < FRAMES_MAX; f++) {
        const struct frame *then = &heard.flushed[last].frames[f];
        if (then->kind != before->frames[f].kind) {
            broke("invariant 10: frame %u became kind %u before the flush",
                  (unsigned)f, then->kind);
        }
    }
}

/* ---- memory -------------------------------------------------------------- */

/* The word that memory must hold after the operation, where `e` is no entry
 * of a table: what it held, but for a word of a context. */
static uint64_t word_after(const struct snapshot *before, const struct world *w,
                           const struct expected *x, uint64_t e)
{
    uint64_t table = e / TABLE_ENTRIES, i = e % TABLE_ENTRIES;
    uint64_t word = before->entries[e], p = w->counts.context_of[table];
    if (p && i == TAKEN_MAX) {
        word |= x->events[p];
    } else if (p && x->took[p] && i == USUAL_TAKEN % TAKEN_MAX) {
        word = x->took[p] - 1;
    }
    return word;
}

/* True if the operation was to clear that frame. */
static bool is_cleared(const struct world *w, const struct world *next,
                       uint64_t frame)
{
    uint64_t head = fact_head(&w->facts, frame);
    const struct fact_frame *unit = &w->facts.frames[head];
    const struct fact_frame *now = &next->facts.frames[head];
    if (unit->kind != KIND_DIRTY || frame < head + unit->cleared) {
        return false;
    }
    return now->kind == KIND_FREE || frame < head + now->cleared;
}

/* Memory is written where it is a table, where a dirty unit is cleared, and
 * in contexts. A table that is none any more may be left as it was. */
static void check_memory(const struct snapshot *before, const struct world *w,
                         const struct world *next, const struct expected *x)
{
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        bool cleared = is_cleared(w, next, f);
        if (f == FRAME_DIRECTORY || frames[f].kind == KIND_TABLE ||
            before->frames[f].kind == KIND_TABLE) {
            continue;
        }
        for (uint64_t e = f * TABLE_ENTRIES; e < (f + 1) * TABLE_ENTRIES; e++) {
            uint64_t right = cleared ? 0 : word_after(before, w, x, e);
            if (entries[e].bits != right) {
                broke("invariant 7: word %s of memory is 0x%lx and not 0x%lx",
                      name_entry(e), (unsigned long)entries[e].bits,
                      (unsigned long)right);
            }
        }
    }
}

/* What is FREE is full of zeros, and so is the cleared part of what is not
 * yet. */
static void check_clean(const struct world *w)
{
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        uint64_t head = fact_head(&w->facts, f);
        const struct fact_frame *unit = &w->facts.frames[head];
        bool clean = unit->kind == KIND_FREE ||
                     (unit->kind == KIND_DIRTY && f < head + unit->cleared);
        for (uint64_t e = f * TABLE_ENTRIES;
             clean && e < (f + 1) * TABLE_ENTRIES; e++) {
            if (entries[e].bits != 0) {
                broke("invariant 7: free frame %u is not clean", (unsigned)f);
            }
        }
    }
}

/* ---- the call ------------------------------------------------------------ */

/* What cpu_expire answers: is the process without the CPU? */
static void check_expiry(bool answer, uint64_t now, uint64_t me)
{
    if (answer != (cpu_process() != me)) {
        broke("cpu_expire answers %u at %lu", answer, (unsigned long)now);
    }
}

static enum error make_call(const struct call *call)
{
    switch (call->number) {
    case CALL_TIME:
        check_expiry(cpu_expire(call->a[0]), call->a[0], call->me);
        return OK;
    case CALL_FAULT:
        processes[cpu_process()].vector = USUAL_VECTOR;
        cpu_back(REASON_FAULT);
        return OK;
    default:
        return operation_dispatch(call->me, call->a, call->number);
    }
}

bool step_can(const struct world *w, const struct call *call)
{
    const struct facts *f = &w->facts;
    bool about_cpu = call->number == OP_SWAP && call->a[0] < ENTRY_COUNT &&
                     call->a[1] < ENTRY_COUNT && spec_directory(call->a[0]) &&
                     spec_directory(call->a[1]);
    if (call->me < 1 || call->me >= PROCESS_MAX ||
        f->processes[call->me].state != PROCESS_LIVE) {
        return false;
    }
    if (call->number == CALL_FAULT && call->me == SLOT_INIT) {
        return false;
    }
    return call->me == f->running || (!about_cpu && call->number < CALL_TIME);
}

static void check_heard(const struct world *w, const struct expected *x)
{
    if (heard.reset != x->reset) {
        broke("registers of processes 0x%x were reset, and not of 0x%x",
              heard.reset, x->reset);
    }
    if (heard.masked != x->masked || heard.unmasked != x->unmasked) {
        broke("interrupt lines 0x%x were masked, 0x%x unmasked, and not 0x%x "
              "and 0x%x",
              heard.masked, heard.unmasked, x->masked, x->unmasked);
    }
    if (cpus[0].rest != x->rest) {
        broke("the processor rests until %lu, and not %lu",
              (unsigned long)cpus[0].rest, (unsigned long)x->rest);
    }
    if (heard.switch_asked !=
        (x->facts.running != w->facts.running || x->rest)) {
        broke("a switch of the registers was %sasked for",
              heard.switch_asked ? "" : "not ");
    }
}

enum error step(const struct snapshot *before, const struct world *w,
                const struct call *call)
{
    static struct expected x;
    static struct world next;
    enum error right = spec_call(w, call, &x);
    host_listen();
    enum error error = make_call(call);
    if (error != right) {
        broke("it answers %s and not %s", step_answer(error),
              step_answer(right));
    }
    if (error != OK && error != MORE) {
        if (!host_same(before)) {
            broke("it answers %s, and has changed %s", step_answer(error),
                  differ_image(before));
        }
        if (!host_silent()) {
            broke("it answers %s, and has told the processor something",
                  step_answer(error));
        }
        return error;
    }
    host_leave();
    facts_read(&next.facts);
    if (memcmp(&next.facts, &x.facts, sizeof(x.facts)) != 0) {
        broke("it changes something else: %s",
              differ_facts(&next.facts, &x.facts));
    }
    counts_make(&next.facts, &next.counts);
    invariants_check(&next);
    check_heard(w, &x);
    check_flushes(before);
    check_memory(before, w, &next, &x);
    check_clean(&next);
    host_rested();
    host_between();
    return error;
}

void step_boot(struct snapshot *image, struct world *w)
{
    host_boot();
    host_save(image);
    world_read(w);
    invariants_boot(w);
    invariants_check(w);
    check_clean(w);
}
