/* create and alloc: what becomes of frames. */
#include "proof/search/spec.h"

/* ---- create -------------------------------------------------------------- */

/* The parts of an ALLOWANCE word; a process takes one slot of its own. */
static bool has_allowance(const struct world *w, uint64_t me, uint64_t word)
{
    uint64_t amount = word % ALLOWANCE(0, 1), slots = word / ALLOWANCE(0, 1);
    return amount <= w->facts.processes[me].allowance &&
           slots + 1 <= w->facts.processes[me].slots;
}

static void grant(struct expected *x, uint64_t me, uint64_t slot, uint64_t word)
{
    struct fact_process *from = &x->facts.processes[me];
    struct fact_process *to = &x->facts.processes[slot];
    from->allowance -= word % ALLOWANCE(0, 1);
    to->allowance += word % ALLOWANCE(0, 1);
    from->slots = (uint16_t)(from->slots - word / ALLOWANCE(0, 1) - 1);
    to->slots = (uint16_t)(to->slots + word / ALLOWANCE(0, 1));
}

/* The slot is in use. */
static enum error adopt(const struct world *w, uint64_t me, const uint64_t *a,
                        struct expected *x)
{
    uint64_t slot = a[0];
    const struct fact_process *p = &w->facts.processes[slot];
    if (p->parent == 0 || w->facts.processes[p->parent].parent != me) {
        return E_BUSY;
    }
    if (a[1] != p->table || a[2] != p->context) {
        return E_MATCH;
    }
    if (!has_allowance(w, me, a[3])) {
        return E_ALLOWANCE;
    }
    spec_begin(w, x);
    x->facts.processes[p->parent].slots++;
    x->facts.processes[slot].parent = (uint16_t)me;
    grant(x, me, slot, a[3]);
    return OK;
}

static enum error check_create(const struct world *w, uint64_t me,
                               uint64_t slot, uint64_t table, uint64_t context)
{
    const struct fact_frame *t = &w->facts.frames[table];
    const struct fact_frame *c = &w->facts.frames[context];
    if (t->kind != KIND_TABLE || t->level != SMALL_DEPTH) {
        return E_KIND;
    }
    if (c->kind != KIND_MEMORY || c->level != 1) {
        return E_KIND;
    }
    if (t->owner != me || c->owner != me) {
        return E_OWNER;
    }
    if (t->given || c->given) {
        return E_GIVEN;
    }
    if (w->counts.refs[table] || w->counts.live[table]) {
        return E_BUSY;
    }
    if (w->counts.context_of[context]) {
        return E_BUSY;
    }
    if (w->counts.refs[context] >= SMALL_REFS) {
        return E_FULL;
    }
    return w->facts.processes[slot].generation >= SMALL_REFS ? E_FULL : OK;
}

enum error spec_create(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x)
{
    uint64_t slot = a[0], table = a[1], context = a[2];
    if (slot < 1 || slot >= PROCESS_MAX || table >= FRAMES_MAX ||
        context >= FRAMES_MAX) {
        return E_RANGE;
    }
    if (w->facts.processes[slot].state != PROCESS_FREE) {
        return adopt(w, me, a, x);
    }
    enum error error = check_create(w, me, slot, table, context);
    if (error) {
        return error;
    }
    if (!has_allowance(w, me, a[3])) {
        return E_ALLOWANCE;
    }
    spec_begin(w, x);
    struct fact_process *p = &x->facts.processes[slot];
    *p = (struct fact_process){
        .state = PROCESS_LIVE,
        .generation = p->generation + 1,
        .parent = (uint16_t)me,
        .table = table,
        .context = context,
    };
    /* The table's cost is the child's, beside the allowance it is given. */
    x->facts.frames[table].owner = (uint16_t)slot;
    grant(x, me, slot, a[3]);
    x->reset = 1u << slot;
    return OK;
}

/* ---- alloc --------------------------------------------------------------- */

static enum error clean(const struct world *w, uint64_t frame, uint64_t level,
                        struct expected *x)
{
    const struct fact_frame *f = &w->facts.frames[frame];
    if (f->level != level) {
        return E_LEVEL;
    }
    spec_begin(w, x);
    struct fact_frame *next = &x->facts.frames[frame];
    if (f->cleared + SMALL_CLEAN_STEP < fact_extent(f)) {
        next->cleared = (uint16_t)(f->cleared + SMALL_CLEAN_STEP);
        return MORE;
    }
    *next = (struct fact_frame){.kind = KIND_FREE, .level = 1};
    return OK;
}

static enum error give_back(const struct world *w, uint64_t me, uint64_t frame,
                            uint64_t level, struct expected *x)
{
    const struct fact_frame *f = &w->facts.frames[frame];
    if (f->kind != KIND_MEMORY && f->kind != KIND_TABLE) {
        return E_KIND;
    }
    if (f->level != level) {
        return E_LEVEL;
    }
    if (!spec_mine(w, me, frame)) {
        return E_OWNER;
    }
    if (f->given) {
        return E_GIVEN;
    }
    if (w->counts.live[frame]) {
        return E_LIVE;
    }
    if (spec_vital(w, me, frame)) {
        return E_VITAL;
    }
    spec_begin(w, x);
    x->facts.frames[frame].given = true;
    x->facts.frames[frame].vital = false;
    spec_settle(x, frame);
    return OK;
}

/* All frames of the unit are free and clean, and no larger one has them. */
static bool is_free(const struct world *w, uint64_t frame, uint64_t size)
{
    for (uint64_t f = frame; f < frame + size; f++) {
        if (w->facts.frames[f].kind != KIND_FREE ||
            fact_head(&w->facts, f) != f) {
            return false;
        }
    }
    return true;
}

static enum error make(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x)
{
    uint64_t frame = a[0], level = a[1], kind = a[2], owner = a[3];
    bool table = kind == KIND_TABLE;
    uint64_t size = table ? 1 : fact_size((unsigned)level);
    if (level < (table ? 2 : 1) ||
        level > (table ? SMALL_DEPTH : SMALL_PAGE_LEVELS)) {
        return E_LEVEL;
    }
    if (frame % size) {
        return E_ALIGN;
    }
    if (!spec_my_live(w, me, owner)) {
        return E_OWNER;
    }
    if (!is_free(w, frame, size)) {
        return E_BUSY;
    }
    if (size > w->facts.processes[owner].allowance) {
        return E_ALLOWANCE;
    }
    spec_begin(w, x);
    x->facts.processes[owner].allowance -= size;
    x->facts.frames[frame] = (struct fact_frame){
        .kind = (uint8_t)kind,
        .level = (uint8_t)level,
        .owner = (uint16_t)owner,
    };
    for (unsigned i = 0; table && i < TABLE_ENTRIES; i++) {
        x->facts.entries[frame * TABLE_ENTRIES + i].holds = HOLDS_NOTHING;
    }
    return OK;
}

static enum error check_take_over(const struct world *w, uint64_t me,
                                  uint64_t frame, uint64_t owner)
{
    const struct fact_frame *f = &w->facts.frames[frame];
    if (owner != me || w->facts.processes[f->owner].parent != me) {
        return E_OWNER;
    }
    if (f->given) {
        return E_GIVEN;
    }
    return spec_vital(w, me, frame) ? E_VITAL : OK;
}

static enum error check_claim(const struct world *w, uint64_t me,
                              uint64_t frame, uint64_t entry)
{
    if (!spec_edits(w, me, entry / TABLE_ENTRIES)) {
        return E_OWNER;
    }
    if (!spec_holds(w, entry, frame)) {
        return E_MATCH;
    }
    if (!w->facts.frames[frame].given) {
        return E_GIVEN;
    }
    return w->counts.refs[frame] != 1 ? E_SHARED : OK;
}

/* Takes over what my child owns, or claims what was given back. */
static enum error take(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x)
{
    uint64_t frame = a[0], level = a[1], kind = a[2], owner = a[3];
    const struct fact_frame *f = &w->facts.frames[frame];
    if (f->kind != kind) {
        return E_KIND;
    }
    if (f->level != level) {
        return E_LEVEL;
    }
    enum error error = owner < PROCESS_MAX
                           ? check_take_over(w, me, frame, owner)
                           : check_claim(w, me, frame, owner);
    if (error) {
        return error;
    }
    if (fact_cost(f) > w->facts.processes[me].allowance) {
        return E_ALLOWANCE;
    }
    spec_begin(w, x);
    spec_move(x, frame, me);
    x->facts.frames[frame].given = false;
    return OK;
}

enum error spec_alloc(const struct world *w, uint64_t me, const uint64_t *a,
                      struct expected *x)
{
    uint64_t frame = a[0], level = a[1], kind = a[2], owner = a[3];
    if (frame >= FRAMES_MAX || level < 1 || level > 5 ||
        (kind != KIND_FREE && !fact_is_resource((unsigned)kind)) ||
        kind > KIND_DEVICE || owner >= ENTRY_COUNT) {
        return E_RANGE;
    }
    unsigned now = w->facts.frames[frame].kind;
    if (kind == KIND_FREE) {
        return now == KIND_DIRTY ? clean(w, frame, level, x)
                                 : give_back(w, me, frame, level, x);
    }
    if (kind != KIND_DEVICE && now == KIND_FREE) {
        return make(w, me, a, x);
    }
    return take(w, me, a, x);
}
