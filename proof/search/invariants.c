/*
 * Each invariant is counted anew from what all tables hold, in time that no
 * kernel has: nothing that the operations keep as they go is believed, so a
 * count that one of them forgets differs here.
 */
#include "proof/search/invariants.h"

#include "proof/search/broke.h"

#define FORMAT_BITS (PTE_P | PTE_W | PTE_U | PTE_A | PTE_D | PTE_NX)

static uint64_t frames_in_all, slots_in_all;

/* ---- frames: 1, 2, 3, 7 -------------------------------------------------- */

static void check_counts(const struct world *w, unsigned f)
{
    const struct frame *record = &frames[f];
    if (record->refs != w->counts.refs[f]) {
        broke("invariant 1: frame %u has %u refs, its record says %u", f,
              w->counts.refs[f], record->refs);
    }
    if (record->live != w->counts.live[f]) {
        broke("invariant 2: table %u has %u live entries, its record says %u",
              f, w->counts.live[f], record->live);
    }
    if (!(record->flags & FRAME_CONTEXT) != !w->counts.context_of[f] ||
        record->flags >> 3) {
        broke("invariant 1: frame %u is the context of process %u, its "
              "flags are %u",
              f, w->counts.context_of[f], record->flags);
    }
}

static void check_kind(const struct world *w, unsigned f)
{
    const struct fact_frame *fact = &w->facts.frames[f];
    bool resource = fact_is_resource(fact->kind);
    unsigned most = fact->kind == KIND_TABLE ? SMALL_DEPTH : 1;
    unsigned least = fact->kind == KIND_TABLE ? 2 : 1;
    if (fact->kind == KIND_MEMORY || fact->kind == KIND_DIRTY) {
        most = SMALL_PAGE_LEVELS;
    } else if (fact->kind == KIND_NONE) {
        least = most = 0;
    }
    if (fact->level < least || fact->level > most) {
        broke("invariant 3: frame %u is of kind %u, and of level %u", f,
              fact->kind, fact->level);
    }
    if (resource != (fact->owner != 0) ||
        (resource && w->facts.processes[fact->owner].state == PROCESS_FREE)) {
        broke("invariant 7: frame %u, of kind %u, is owned by %u", f,
              fact->kind, fact->owner);
    }
    if (!resource && (w->counts.refs[f] || fact->given || fact->vital)) {
        broke("invariant 7: frame %u, of kind %u, is in use", f, fact->kind);
    }
    if (fact->given && (w->counts.refs[f] == 0 || w->counts.live[f] ||
                        fact->vital || fact->kind == KIND_DEVICE)) {
        broke("invariant 7: frame %u was given back and waits for nothing", f);
    }
    if (fact->vital && (fact->kind != KIND_MEMORY || fact->level != 1)) {
        broke("invariant 7: frame %u is vital, and no page", f);
    }
    if (frames[f].cleared >=
        (fact->kind == KIND_DIRTY ? fact_extent(fact) : 1)) {
        broke("invariant 7: frame %u, of kind %u, has %u frames cleared", f,
              fact->kind, frames[f].cleared);
    }
}

/* ---- 9: nothing overlaps ------------------------------------------------- */

static void check_extents(const struct world *w)
{
    for (unsigned e = 0, f = 0; e < EXTENTS2; e++) {
        unsigned free = 0;
        for (; f < (e + 1) * TABLE_ENTRIES; f++) {
            const struct fact_frame *fact = &w->facts.frames[f];
            free += fact->kind == KIND_FREE;
            if (f % fact_extent(fact)) {
                broke("invariant 9: frame %u is no place for level %u", f,
                      fact->level);
            }
            if (fact->kind != KIND_FREE && fact_head(&w->facts, f) != f) {
                broke("invariant 9: frame %u, of kind %u, lies in the unit "
                      "at %u",
                      f, fact->kind, (unsigned)fact_head(&w->facts, f));
            }
        }
        if (extents2[e] != free) {
            broke("invariant 9: extent %u of level 2 has %u free frames, "
                  "%u are counted",
                  e, free, extents2[e]);
        }
    }
    for (unsigned g = 0, e = 0; g < EXTENTS3; g++) {
        unsigned free = 0;
        for (; e < (g + 1) * TABLE_ENTRIES; e++) {
            free += extents2[e] == TABLE_ENTRIES;
        }
        if (extents3[g] != free) {
            broke("invariant 9: extent %u of level 3 has %u free parts, "
                  "%u are counted",
                  g, free, extents3[g]);
        }
    }
}

/* ---- entries: 3, 4, 5 ---------------------------------------------------- */

static void check_entry(const struct world *w, uint64_t entry)
{
    const struct fact_entry *e = &w->facts.entries[entry];
    const struct fact_frame *table = &w->facts.frames[entry / TABLE_ENTRIES];
    uint64_t word = entries[entry].bits, form = PTE_U;
    if (e->holds == HOLDS_ACCEPTANCE &&
        (e->giver == 0 || e->kind < KIND_MEMORY || e->level == 0)) {
        broke("invariant 3: the acceptance in %s is for nobody",
              name_entry(entry));
    }
    if (e->holds != HOLDS_RESOURCE) {
        return;
    }
    const struct fact_frame *f = &w->facts.frames[e->what];
    if (!fact_is_resource(f->kind) || f->level + 1 != table->level) {
        broke("invariant 3: entry %s, of level %u, holds frame %u, of kind "
              "%u and level %u",
              name_entry(entry), table->level - 1, (unsigned)e->what, f->kind,
              f->level);
    }
    form |= f->kind != KIND_TABLE && f->level > 1 ? PTE_PS : 0;
    form |= f->kind == KIND_DEVICE ? PTE_PCD | PTE_PWT : 0;
    if ((word & ~(FORMAT_BITS | PTE_ADDRESS | UINT64_C(7) << 52)) !=
        (form & ~PTE_U)) {
        broke("invariant 4: entry %s is 0x%lx: not how kind %u of level %u "
              "is mapped",
              name_entry(entry), (unsigned long)word, f->kind, f->level);
    }
    if (!(word & PTE_U)) {
        broke("invariant 4: ring 3 may not use entry %s", name_entry(entry));
    }
    if ((e->rights | e->ceiling) != e->ceiling ||
        (f->kind == KIND_DEVICE && (e->ceiling & RIGHT_X))) {
        broke("invariant 5: entry %s has rights %u, ceiling %u, for kind %u",
              name_entry(entry), e->rights, e->ceiling, f->kind);
    }
}

/* As the processor walks: what ring 3 reaches through a table. */
static void walk(const struct world *w, uint64_t table, unsigned level)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t word = tables[table][i].bits;
        if (!(word & PTE_P) || !(word & PTE_U)) {
            continue;
        }
        uint64_t frame = (word & PTE_ADDRESS) >> PAGE_SHIFT;
        bool page = level == 1 || (level <= 3 && (word & PTE_PS));
        if (!page) {
            walk(w, frame, level - 1);
            continue;
        }
        for (uint64_t f = frame; f < frame + fact_size(level); f++) {
            unsigned kind = f < FRAMES_MAX
                                ? w->facts.frames[fact_head(&w->facts, f)].kind
                                : KIND_NONE;
            if (kind != KIND_MEMORY && kind != KIND_DEVICE) {
                broke("invariant 4: ring 3 reaches frame %u, of kind %u, "
                      "through entry %s",
                      (unsigned)f, kind, name_entry(table * TABLE_ENTRIES + i));
            }
        }
    }
}

/* ---- the directory: 3, 4, 8, 12 ------------------------------------------ */

static void check_slot(uint64_t slot, uint64_t table, bool holds,
                       uint64_t rights)
{
    uint64_t entry = FRAME_DIRECTORY * TABLE_ENTRIES + slot;
    uint64_t word = entries[entry].bits & ~(PTE_A | PTE_D);
    uint64_t right = holds ? table << PAGE_SHIFT | PTE_P | rights : 0;
    if (word != right) {
        broke("invariant 3: slot %u of the directory is 0x%lx and not 0x%lx",
              (unsigned)slot, (unsigned long)word, (unsigned long)right);
    }
}

static void check_directory(const struct world *w)
{
    const struct fact_process *runs = &w->facts.processes[w->facts.running];
    check_slot(SLOT_RUNNING, runs->table, true, PTE_W | PTE_U);
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        const struct fact_process *process = &w->facts.processes[p];
        const struct fact_frame *table = &w->facts.frames[process->table];
        const struct fact_frame *page = &w->facts.frames[process->context];
        bool live = process->state == PROCESS_LIVE;
        check_slot(p, process->table, live, PTE_NX);
        if (live && (table->kind != KIND_TABLE || table->level != SMALL_DEPTH ||
                     page->kind != KIND_MEMORY || page->level != 1 ||
                     w->counts.context_of[process->context] != p)) {
            broke("invariant 3: process %u has table %u, of kind %u, and "
                  "context %u, of kind %u",
                  p, (unsigned)process->table, table->kind,
                  (unsigned)process->context, page->kind);
        }
        if (live) {
            walk(w, process->table, SMALL_DEPTH - 1);
        }
    }
    for (uint64_t e = 0; e < ENTRY_COUNT; e++) {
        if (host_is_upper(e) && entries[e].bits != host_sentinel(e)) {
            broke("invariant 8: entry %s of the upper half is 0x%lx",
                  name_entry(e), (unsigned long)entries[e].bits);
        }
    }
}

/* ---- processes: 11, 12 --------------------------------------------------- */

/* A slot that is not in use has nothing, and an ended process no part in
 * what runs. */
static void check_idle(const struct fact_process *p, unsigned slot)
{
    bool nothing =
        !p->accepts && !p->groups && !p->running && !p->giver && !p->lease;
    if (p->state == PROCESS_FREE) {
        nothing = nothing && !p->parent && !p->slots && !p->table &&
                  !p->context && !p->allowance;
    }
    if (p->state != PROCESS_LIVE && !nothing) {
        broke("invariant 11: slot %u, of state %u, still has something", slot,
              p->state);
    }
}

static void check_processes(const struct world *w)
{
    uint64_t all = 0, slots = 0;
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        const struct fact_process *fact = &w->facts.processes[p];
        const struct process *record = &processes[p];
        check_idle(fact, p);
        if (record->owned != w->counts.owned[p] ||
            record->children != w->counts.children[p] * (p != 0) ||
            record->vitals != w->counts.vitals[p]) {
            broke("invariant 11: process %u owns %u frames, has %u children "
                  "and %u marks; its record says %u, %u, %u",
                  p, (unsigned)w->counts.owned[p], w->counts.children[p],
                  w->counts.vitals[p], (unsigned)record->owned,
                  record->children, record->vitals);
        }
        if (record->vitals > SMALL_VITALS) {
            broke("invariant 11: process %u has %u marks", p, record->vitals);
        }
        if (fact->state != PROCESS_FREE && p != SLOT_INIT &&
            w->facts.processes[fact->parent].state == PROCESS_FREE) {
            broke("invariant 11: process %u is an orphan", p);
        }
        all += record->owned + fact->allowance;
        slots += fact->slots + (fact->state != PROCESS_FREE);
    }
    if (all != frames_in_all || slots != slots_in_all) {
        broke("invariant 11: there are %lu frames in all and %lu slots, and "
              "were %lu and %lu",
              (unsigned long)all, (unsigned long)slots,
              (unsigned long)frames_in_all, (unsigned long)slots_in_all);
    }
}

/* From the process that runs to init, by their givers: all that have a CPU
 * or have lent it, each once. */
static void check_chain(const struct world *w)
{
    unsigned running = 0, steps = 1;
    uint64_t at = w->facts.running;
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        const struct fact_process *fact = &w->facts.processes[p];
        running += fact->running;
        if (!fact->running && (fact->giver || fact->lease)) {
            broke("invariant 12: process %u does not run, and has a giver or "
                  "a lease",
                  p);
        }
    }
    for (; at != SLOT_INIT && steps <= running; steps++) {
        const struct fact_process *fact = &w->facts.processes[at];
        if (!fact->running || fact->state != PROCESS_LIVE) {
            broke("invariant 12: process %u runs unnoticed", (unsigned)at);
        }
        uint64_t latest = w->facts.processes[fact->giver].lease;
        if (latest && (!fact->lease || fact->lease > latest)) {
            broke("invariant 12: the lease of process %u outlasts its "
                  "giver's",
                  (unsigned)at);
        }
        at = fact->giver;
    }
    if (at != SLOT_INIT || steps != running) {
        broke("invariant 12: %u processes run, %u of them in the chain of "
              "givers",
              running, steps);
    }
}

static void check_groups(const struct world *w)
{
    uint32_t known = 1u << GROUP_OF_PORTS | 1u << GROUP_OF_IRQ;
    uint64_t holder = w->facts.holder[GROUP_OF_IRQ];
    bool has = w->facts.processes[holder].groups >> GROUP_OF_IRQ & 1;
    if (holder != SLOT_INIT && !has) {
        broke("groups: process %u is told of an interrupt it does not have",
              (unsigned)holder);
    }
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        if (w->facts.processes[p].groups & ~known) {
            broke("groups: process %u has groups 0x%x", p,
                  w->facts.processes[p].groups);
        }
    }
    if (!host_ports_right()) {
        broke("groups: ring 3's ports are not those of process %u",
              (unsigned)w->facts.running);
    }
}

void invariants_boot(const struct world *w)
{
    const struct fact_process *init = &w->facts.processes[SLOT_INIT];
    frames_in_all = w->counts.owned[SLOT_INIT] + init->allowance;
    slots_in_all = init->slots + 1u;
}

void invariants_check(const struct world *w)
{
    for (unsigned f = 0; f < FRAMES_MAX; f++) {
        check_kind(w, f);
        check_counts(w, f);
    }
    for (uint64_t e = 0; e < ENTRY_COUNT; e++) {
        if (w->facts.entries[e].holds != HOLDS_NO_ENTRY) {
            check_entry(w, e);
        }
    }
    check_extents(w);
    check_directory(w);
    check_processes(w);
    check_chain(w);
    check_groups(w);
}
