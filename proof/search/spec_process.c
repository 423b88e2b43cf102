/* The directory: processes, groups and the CPU. */
#include "proof/search/spec.h"

#define READ_WRITE RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)

static bool is_slot(uint64_t slot)
{
    return slot >= 1 && slot < PROCESS_MAX;
}

/* ---- core/process.h ------------------------------------------------------ */

static enum error accept_cpu(const struct world *w, uint64_t me, uint64_t word,
                             uint64_t rights, struct expected *x)
{
    uint64_t posted = w->facts.processes[me].accepts;
    uint64_t giver = word >> 8 & 255, generation = word >> 16 & 0xffffffff;
    if (rights != RIGHTS_NONE && rights != RIGHTS(RIGHT_R, RIGHT_R)) {
        return E_RIGHTS;
    }
    if (!spec_accept_valid(word) ||
        word != ACCEPT(giver, generation, KIND_CPU, SMALL_DEPTH) ||
        (rights == RIGHTS_NONE && word != posted)) {
        return E_MATCH;
    }
    if (rights != RIGHTS_NONE && posted) {
        return E_BUSY;
    }
    spec_begin(w, x);
    x->facts.processes[me].accepts = rights == RIGHTS_NONE ? 0 : word;
    return OK;
}

/* The process has no such group any more; an interrupt's line is masked when
 * its holder loses it. */
static void lose_group(struct expected *x, uint64_t process, unsigned group)
{
    uint64_t parent = x->facts.processes[process].parent;
    bool parent_has = x->facts.processes[parent].groups >> group & 1;
    x->facts.processes[process].groups &= ~(1u << group);
    if (group == GROUP_OF_IRQ && x->facts.holder[group] == process) {
        x->facts.holder[group] = (uint16_t)(parent_has ? parent : SLOT_INIT);
        x->masked |= 1u << IRQ_LINE;
    }
}

static void end(struct expected *x, uint64_t slot)
{
    struct fact_process *p = &x->facts.processes[slot];
    p->state = PROCESS_DEAD;
    p->accepts = 0;
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        if (p->groups >> n & 1) {
            lose_group(x, slot, n);
        }
    }
    spec_settle(x, p->context);
    spec_settle(x, p->table);
}

/* The slot is free again. What is known of its last use stays to be read. */
static void bury(struct expected *x, uint64_t slot)
{
    struct fact_process *p = &x->facts.processes[slot];
    struct fact_process *parent = &x->facts.processes[p->parent];
    parent->allowance += p->allowance;
    parent->slots = (uint16_t)(parent->slots + p->slots + 1);
    *p = (struct fact_process){
        .state = PROCESS_FREE,
        .generation = p->generation,
        .reason = p->reason,
        .vector = p->vector,
        .taken = p->taken,
    };
}

enum error spec_process(const struct world *w, uint64_t me, uint64_t slot,
                        uint64_t resource, uint64_t rights, struct expected *x)
{
    if (!is_slot(slot)) {
        return E_RANGE;
    }
    const struct fact_process *p = &w->facts.processes[slot];
    bool live = p->state == PROCESS_LIVE;
    if (slot == me) {
        return accept_cpu(w, me, resource, rights, x);
    }
    if (p->state == PROCESS_FREE || p->parent != me) {
        return E_OWNER;
    }
    if (rights != RIGHTS_NONE) {
        return E_RIGHTS;
    }
    if (live ? resource != p->table : resource != RESOURCE_NONE) {
        return E_MATCH;
    }
    if (live ? p->running != 0
             : w->counts.owned[slot] || w->counts.children[slot]) {
        return E_BUSY;
    }
    spec_begin(w, x);
    if (live) {
        end(x, slot);
    } else {
        bury(x, slot);
    }
    return OK;
}

/* ---- core/group.h -------------------------------------------------------- */

/* The group that a word names, or GROUP_MAX. */
static unsigned group_of(uint64_t resource)
{
    return resource == RESOURCE_PORTS(GROUP_OF_PORTS) ? GROUP_OF_PORTS
           : resource == RESOURCE_IRQ(GROUP_OF_IRQ)   ? GROUP_OF_IRQ
                                                      : GROUP_MAX;
}

enum error spec_group_attach(const struct world *w, uint64_t me, uint64_t slot,
                             uint64_t resource, uint64_t rights,
                             struct expected *x)
{
    unsigned n = group_of(resource);
    if (!is_slot(slot) || n == GROUP_MAX) {
        return E_RANGE;
    }
    if (rights != READ_WRITE) {
        return E_RIGHTS;
    }
    if (!spec_my_live(w, me, slot)) {
        return E_OWNER;
    }
    if (w->facts.processes[slot].groups >> n & 1) {
        return E_BUSY;
    }
    if (!(w->facts.processes[me].groups >> n & 1)) {
        return E_OWNER;
    }
    spec_begin(w, x);
    x->facts.processes[slot].groups |= 1u << n;
    if (n == GROUP_OF_IRQ) {
        x->facts.holder[n] = (uint16_t)slot;
    }
    return OK;
}

enum error spec_group_update(const struct world *w, uint64_t me, uint64_t slot,
                             uint64_t resource, uint64_t rights,
                             struct expected *x)
{
    unsigned n = group_of(resource);
    if (!is_slot(slot) || n == GROUP_MAX) {
        return E_RANGE;
    }
    if (rights != RIGHTS_NONE && rights != READ_WRITE) {
        return E_RIGHTS;
    }
    if (!spec_my_live(w, me, slot) && me != SLOT_INIT) {
        return E_OWNER;
    }
    if (!(w->facts.processes[slot].groups >> n & 1)) {
        return E_MATCH;
    }
    if (rights != RIGHTS_NONE &&
        (n != GROUP_OF_IRQ || w->facts.holder[n] != slot)) {
        return E_MATCH;
    }
    spec_begin(w, x);
    if (rights == RIGHTS_NONE) {
        lose_group(x, slot, n);
    } else {
        x->unmasked = 1u << IRQ_LINE;
    }
    return OK;
}

/* ---- core/cpu.h ---------------------------------------------------------- */

/* The CPU goes from the process that runs back to its giver. */
static void back(struct expected *x, unsigned reason)
{
    struct fact_process *from = &x->facts.processes[x->facts.running];
    x->facts.running = from->giver;
    from->lease = 0;
    from->running = 0;
    from->giver = 0;
    from->reason = (uint8_t)reason;
}

static enum error check_hand(const struct world *w, uint64_t me, uint64_t with,
                             uint64_t lease)
{
    const struct fact_process *mine = &w->facts.processes[me];
    const struct fact_process *to = &w->facts.processes[with];
    uint64_t word = ACCEPT(me, mine->generation, KIND_CPU, SMALL_DEPTH);
    if (to->parent != me && to->accepts != word) {
        return E_OWNER;
    }
    if (to->running) {
        return E_BUSY;
    }
    return spec_outlasts(lease, mine->lease) ? E_RIGHTS : OK;
}

/* A hand-over to nobody. */
static enum error spec_rest(const struct world *w, uint64_t me,
                            const uint64_t *a, struct expected *x)
{
    if (a[2] != w->facts.processes[me].table || a[3] != RESOURCE_NONE) {
        return E_MATCH;
    }
    spec_begin(w, x);
    x->rest = a[4] ? a[4] : UINT64_MAX;
    return OK;
}

enum error spec_hand(const struct world *w, uint64_t me, const uint64_t *a,
                     struct expected *x)
{
    uint64_t slot = a[0] % TABLE_ENTRIES, with = a[1] % TABLE_ENTRIES;
    uint64_t resource = a[2], other = a[3], lease = a[4];
    if (slot == SLOT_RUNNING && with == SLOT_RUNNING) {
        return spec_rest(w, me, a, x);
    }
    if (slot != SLOT_RUNNING || !is_slot(with) || with == me) {
        return E_RANGE;
    }
    if (w->facts.processes[with].state != PROCESS_LIVE ||
        resource != w->facts.processes[me].table ||
        other != w->facts.processes[with].table) {
        return E_MATCH;
    }
    if (w->facts.processes[me].giver == with) {
        spec_begin(w, x);
        back(x, REASON_SWAP);
        return OK;
    }
    enum error error = check_hand(w, me, with, lease);
    if (error) {
        return error;
    }
    spec_begin(w, x);
    struct fact_process *to = &x->facts.processes[with];
    if (to->parent != me) {
        to->accepts = 0; /* used up */
    }
    to->lease = lease;
    to->giver = (uint16_t)me;
    to->running = 1;
    to->reason = REASON_NONE;
    x->facts.running = with;
    return OK;
}

enum error spec_time(const struct world *w, uint64_t now, struct expected *x)
{
    uint64_t lease = w->facts.processes[w->facts.running].lease;
    spec_begin(w, x);
    if (lease != 0 && lease <= now) {
        back(x, REASON_LEASE);
    }
    return OK;
}

enum error spec_fault(const struct world *w, struct expected *x)
{
    spec_begin(w, x);
    back(x, REASON_FAULT);
    return OK;
}
