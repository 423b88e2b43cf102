/* attach and swap: what entries come to hold. */
#include "proof/search/spec.h"

/* ---- attach -------------------------------------------------------------- */

/* Is the entry empty, and I its table's editor or accepted there, with that
 * resource and ceiling? */
static enum error check_empty(const struct world *w, uint64_t me,
                              uint64_t entry, uint64_t resource,
                              unsigned ceiling)
{
    const struct fact_entry *e = &w->facts.entries[entry];
    if (e->holds == HOLDS_RESOURCE) {
        return E_BUSY;
    }
    if (spec_edits(w, me, entry / TABLE_ENTRIES)) {
        return OK;
    }
    if (!spec_accepted(w, me, entry, resource)) {
        return E_OWNER;
    }
    return spec_within(ceiling, e->ceiling) ? OK : E_RIGHTS;
}

/* May the entry be filled, with that resource and ceiling? */
static enum error check_entry(const struct world *w, uint64_t me,
                              uint64_t entry, uint64_t resource,
                              unsigned ceiling)
{
    const struct fact_frame *table = &w->facts.frames[entry / TABLE_ENTRIES];
    if (table->kind != KIND_TABLE) {
        return E_KIND;
    }
    if (table->given) {
        return E_GIVEN;
    }
    return check_empty(w, me, entry, resource, ceiling);
}

static enum error check_resource(const struct world *w, uint64_t entry,
                                 uint64_t resource, uint64_t rights)
{
    const struct fact_frame *f = &w->facts.frames[resource];
    if (!fact_is_resource(f->kind)) {
        return E_KIND;
    }
    if (f->given) {
        return E_GIVEN;
    }
    if (f->level != w->facts.frames[entry / TABLE_ENTRIES].level - 1) {
        return E_LEVEL;
    }
    return f->kind == KIND_DEVICE && (spec_ceiling(rights) & RIGHT_X) ? E_RIGHTS
                                                                      : OK;
}

static enum error check_source(const struct world *w, uint64_t me,
                               uint64_t resource, unsigned ceiling,
                               uint64_t source, uint64_t via)
{
    uint64_t table = source / TABLE_ENTRIES;
    if (source == 0) {
        return spec_mine(w, me, resource) ? OK : E_OWNER;
    }
    if (!spec_edits(w, me, (via ? via : source) / TABLE_ENTRIES)) {
        return E_OWNER;
    }
    if (!spec_holds(w, source, resource) ||
        (via && (w->facts.frames[table].kind != KIND_TABLE ||
                 !spec_holds(w, via, table)))) {
        return E_MATCH;
    }
    unsigned passed = w->facts.entries[source].ceiling;
    if (via) {
        passed &= w->facts.entries[via].ceiling;
    }
    return (passed & RIGHT_SHARE) && spec_within(ceiling, passed) ? OK
                                                                  : E_RIGHTS;
}

enum error spec_attach(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x)
{
    uint64_t entry = a[0], resource = a[1], rights = a[2];
    uint64_t source = a[3], via = a[4];
    unsigned ceiling = spec_ceiling(rights);
    enum error error;
    if (entry >= ENTRY_COUNT) {
        return E_RANGE;
    }
    if (spec_directory(entry)) {
        return spec_group_attach(w, me, entry % TABLE_ENTRIES, resource, rights,
                                 x);
    }
    if (resource >= FRAMES_MAX || source >= ENTRY_COUNT || via >= ENTRY_COUNT) {
        return E_RANGE;
    }
    if (!spec_rights_valid(rights)) {
        return E_RIGHTS;
    }
    error = check_entry(w, me, entry, resource, ceiling);
    if (error) {
        return error;
    }
    error = check_resource(w, entry, resource, rights);
    if (error) {
        return error;
    }
    error = check_source(w, me, resource, ceiling, source, via);
    if (error) {
        return error;
    }
    if (w->counts.refs[resource] >= SMALL_REFS) {
        return E_FULL;
    }
    spec_begin(w, x);
    spec_put(x, entry, resource, spec_now(rights), ceiling);
    return OK;
}

/* ---- swap ---------------------------------------------------------------- */

/* The entry holds the resource, which the owner of its table owns, and
 * nothing else does. */
static enum error check_held(const struct world *w, uint64_t entry,
                             uint64_t resource)
{
    const struct fact_frame *table = &w->facts.frames[entry / TABLE_ENTRIES];
    if (resource >= FRAMES_MAX || !spec_holds(w, entry, resource)) {
        return E_MATCH;
    }
    if (w->facts.frames[resource].given) {
        return E_GIVEN;
    }
    if (w->facts.frames[resource].owner != table->owner) {
        return E_OWNER;
    }
    if (w->counts.refs[resource] != 1) {
        return E_SHARED;
    }
    return w->facts.frames[resource].vital ? E_VITAL : OK;
}

static enum error check_tables(const struct world *w, uint64_t me,
                               uint64_t entry, uint64_t with)
{
    const struct fact_frame *from = &w->facts.frames[entry / TABLE_ENTRIES];
    const struct fact_frame *to = &w->facts.frames[with / TABLE_ENTRIES];
    if (from->kind != KIND_TABLE || to->kind != KIND_TABLE) {
        return E_KIND;
    }
    if (to->given) {
        return E_GIVEN;
    }
    if (from->level != to->level) {
        return E_LEVEL;
    }
    return spec_edits(w, me, entry / TABLE_ENTRIES) ? OK : E_OWNER;
}

/* May the resource move to `with`, which is to be empty? */
static enum error check_move(const struct world *w, uint64_t me, uint64_t entry,
                             uint64_t with, uint64_t resource)
{
    return check_empty(w, me, with, resource, w->facts.entries[entry].ceiling);
}

/* Have both who receive something room for it, after what they give? */
static bool has_room(const struct world *w, uint64_t resource, uint64_t other,
                     uint64_t from, uint64_t to)
{
    int64_t more = (int64_t)fact_cost(&w->facts.frames[resource]);
    if (other != RESOURCE_NONE) {
        more -= (int64_t)fact_cost(&w->facts.frames[other]);
    }
    return from == to || (more <= (int64_t)w->facts.processes[to].allowance &&
                          -more <= (int64_t)w->facts.processes[from].allowance);
}

enum error spec_swap(const struct world *w, uint64_t me, const uint64_t *a,
                     struct expected *x)
{
    uint64_t entry = a[0], with = a[1], resource = a[2], other = a[3];
    enum error error;
    bool rests = entry == with && spec_directory(entry) &&
                 entry % TABLE_ENTRIES == SLOT_RUNNING;
    if (entry >= ENTRY_COUNT || with >= ENTRY_COUNT ||
        (entry == with && !rests)) {
        return E_RANGE;
    }
    if (spec_directory(entry) && spec_directory(with)) {
        return spec_hand(w, me, a, x);
    }
    error = check_tables(w, me, entry, with);
    if (error) {
        return error;
    }
    error = check_held(w, entry, resource);
    if (error) {
        return error;
    }
    if (other == RESOURCE_NONE) {
        error = check_move(w, me, entry, with, resource);
    } else if (!spec_edits(w, me, with / TABLE_ENTRIES)) {
        error = E_OWNER;
    } else {
        error = check_held(w, with, other);
    }
    if (error) {
        return error;
    }
    uint64_t from = w->facts.frames[entry / TABLE_ENTRIES].owner;
    uint64_t to = w->facts.frames[with / TABLE_ENTRIES].owner;
    if (!has_room(w, resource, other, from, to)) {
        return E_ALLOWANCE;
    }
    spec_begin(w, x);
    x->facts.entries[with] = w->facts.entries[entry];
    spec_move(x, resource, to);
    if (other == RESOURCE_NONE) {
        x->facts.entries[entry] = (struct fact_entry){.holds = HOLDS_NOTHING};
    } else {
        x->facts.entries[entry] = w->facts.entries[with];
        spec_move(x, other, from);
    }
    return OK;
}
