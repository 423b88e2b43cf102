/* update: what an entry allows. */
#include "abi/context.h"
#include "proof/search/spec.h"

static bool is_notice(uint64_t rights)
{
    return rights == RIGHTS_ASK || rights == RIGHTS_VITAL ||
           rights == RIGHTS_MORTAL;
}

/* ---- an empty entry ------------------------------------------------------ */

static enum error update_empty(const struct world *w, uint64_t me,
                               uint64_t entry, uint64_t word, uint64_t rights,
                               struct expected *x)
{
    const struct fact_entry *e = &w->facts.entries[entry];
    bool posted = e->holds == HOLDS_ACCEPTANCE;
    if (w->facts.frames[entry / TABLE_ENTRIES].given) {
        return E_GIVEN;
    }
    if (!spec_edits(w, me, entry / TABLE_ENTRIES)) {
        return E_OWNER;
    }
    if (!spec_accept_valid(word) || is_notice(rights)) {
        return E_MATCH;
    }
    if (rights == RIGHTS_NONE) {
        if (!posted || word != ACCEPT(e->giver, e->what, e->kind, e->level)) {
            return E_MATCH;
        }
    } else if (posted) {
        return E_BUSY;
    }
    spec_begin(w, x);
    x->facts.entries[entry] = (struct fact_entry){.holds = HOLDS_NOTHING};
    if (rights != RIGHTS_NONE) {
        x->facts.entries[entry] = (struct fact_entry){
            .holds = HOLDS_ACCEPTANCE,
            .ceiling = (uint8_t)spec_ceiling(rights),
            .giver = word >> 8 & 255,
            .kind = word >> 1 & 7,
            .level = word >> 4 & 7,
            .what = word >> 16 & 0xffffffff,
        };
    }
    return OK;
}

/* ---- a mark on a page, a question ---------------------------------------- */

static enum error update_mark(const struct world *w, uint64_t me,
                              uint64_t resource, bool vital, struct expected *x)
{
    const struct fact_frame *f = &w->facts.frames[resource];
    if (f->owner != me) {
        return E_OWNER;
    }
    if (f->kind != KIND_MEMORY || f->level != 1) {
        return E_KIND;
    }
    if (f->given) {
        return E_GIVEN;
    }
    if (vital && !f->vital && w->counts.vitals[me] >= SMALL_VITALS) {
        return E_FULL;
    }
    spec_begin(w, x);
    x->facts.frames[resource].vital = vital;
    return OK;
}

static enum error update_notice(const struct world *w, uint64_t me,
                                uint64_t entry, uint64_t resource,
                                uint64_t rights, struct expected *x)
{
    uint64_t owner = w->facts.frames[entry / TABLE_ENTRIES].owner;
    if (rights != RIGHTS_ASK) {
        return update_mark(w, me, resource, rights == RIGHTS_VITAL, x);
    }
    spec_begin(w, x);
    if (w->facts.processes[owner].state == PROCESS_LIVE) {
        x->events[owner] = EVENT_ASKED;
    }
    return OK;
}

/* ---- rights -------------------------------------------------------------- */

static enum error check_rights(const struct world *w, uint64_t me,
                               uint64_t entry, uint64_t resource,
                               uint64_t rights)
{
    uint64_t table = entry / TABLE_ENTRIES;
    const struct fact_entry *e = &w->facts.entries[entry];
    const struct fact_frame *f = &w->facts.frames[resource];
    bool editor = spec_edits(w, me, table), owner = spec_mine(w, me, resource);
    unsigned now = spec_now(rights), ceiling = spec_ceiling(rights);
    if (spec_vital(w, me, resource) &&
        f->owner == w->facts.frames[table].owner &&
        !spec_within(e->rights, now)) {
        return E_VITAL;
    }
    if (!(editor && owner) && !spec_within(ceiling, e->ceiling)) {
        return E_RIGHTS;
    }
    if (!editor && !spec_within(now, e->rights)) {
        return E_RIGHTS;
    }
    return f->kind == KIND_DEVICE && (ceiling & RIGHT_X) ? E_RIGHTS : OK;
}

/* The table's owner learns what somebody else took. */
static void tell(const struct world *w, uint64_t me, uint64_t entry,
                 uint64_t rights, struct expected *x)
{
    uint64_t owner = w->facts.frames[entry / TABLE_ENTRIES].owner;
    if (owner != me && w->facts.processes[owner].state == PROCESS_LIVE &&
        !spec_within(w->facts.entries[entry].rights, spec_now(rights))) {
        x->facts.processes[owner].taken++;
        x->took[owner] = entry + 1;
        x->events[owner] = EVENT_TAKEN;
    }
}

enum error spec_update(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x)
{
    uint64_t entry = a[0], resource = a[1], rights = a[2];
    uint64_t table = entry / TABLE_ENTRIES;
    if (entry >= ENTRY_COUNT) {
        return E_RANGE;
    }
    if (spec_directory(entry)) {
        bool group = resource >> 60 == RESOURCE_PORTS(0) >> 60 ||
                     resource >> 60 == RESOURCE_IRQ(0) >> 60;
        return (group ? spec_group_update : spec_process)(
            w, me, entry % TABLE_ENTRIES, resource, rights, x);
    }
    if (rights != RIGHTS_NONE && !spec_rights_valid(rights) &&
        !is_notice(rights)) {
        return E_RIGHTS;
    }
    if (w->facts.frames[table].kind != KIND_TABLE) {
        return E_KIND;
    }
    if (w->facts.entries[entry].holds != HOLDS_RESOURCE) {
        return update_empty(w, me, entry, resource, rights, x);
    }
    if (resource >= FRAMES_MAX || !spec_holds(w, entry, resource)) {
        return E_MATCH;
    }
    if (!spec_edits(w, me, table) && !spec_mine(w, me, resource)) {
        return E_OWNER;
    }
    if (is_notice(rights)) {
        return update_notice(w, me, entry, resource, rights, x);
    }
    enum error error = check_rights(w, me, entry, resource, rights);
    if (error) {
        return error;
    }
    spec_begin(w, x);
    tell(w, me, entry, rights, x);
    if (rights == RIGHTS_NONE) {
        x->facts.entries[entry] = (struct fact_entry){.holds = HOLDS_NOTHING};
        spec_settle(x, resource);
    } else {
        spec_put(x, entry, resource, spec_now(rights), spec_ceiling(rights));
    }
    return OK;
}
