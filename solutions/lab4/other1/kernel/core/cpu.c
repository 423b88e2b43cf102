/*
 * Exercise 4.2, in another way: leases as a budget, and one function that
 * changes who runs.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

/* What a process may still lend, or UINT64_MAX if it has no lease: one
 * operation is the hand-over's own, and one must be left. */
static uint64_t spare(const struct process *p)
{
    return p->lease == 0 ? UINT64_MAX : p->lease < 2 ? 0 : p->lease - 2;
}

static bool is_child_or_accepts(const struct process *to, uint64_t me)
{
    return to->parent == me ||
           to->accepts == accept_for(me, KIND_CPU, arch_depth);
}

/* Slot 0 holds another process from now on. */
static void run(const struct process *gone, uint64_t next)
{
    uint64_t slot = entry_name(books.directory, SLOT_RUNNING);
    const struct process *to = &processes[next];
    pte before = entry_load(slot);
    pte after = entry_make(to->table, arch_depth, RIGHTS_RWX,
                           ENTRY_TABLE | ENTRY_USER);
    frames[to->table].refs++;
    entry_store(slot, (pte){0});
    flush_change(before, (pte){0});
    entry_store(slot, after);
    frames[gone->table].refs--;
    cpu_set(next);
}

static void lend(struct process *from, struct process *to, uint64_t me,
                 uint64_t lease)
{
    to->accepts = to->parent == me ? to->accepts : 0;
    from->lease -= from->lease != 0 ? lease + 1 : 0;
    to->lease = lease;
    to->giver = (uint16_t)me;
    to->running = 1;
}

enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    if (entry != SLOT_RUNNING || with - 1 >= PROCESS_MAX - 1 || with == me) {
        return E_RANGE;
    }
    struct process *from = &processes[me], *to = &processes[with];
    bool named = from->table == resource && to->table == other;
    if (to->state != PROCESS_LIVE || !named) {
        return E_MATCH;
    }
    if (from->giver == with) {
        cpu_back(REASON_SWAP);
        return OK;
    }
    if (!is_child_or_accepts(to, me)) {
        return E_OWNER;
    }
    if (to->running) {
        return E_BUSY;
    }
    if (lease > spare(from) || (lease == 0 && from->lease != 0)) {
        return E_RIGHTS;
    }
    lend(from, to, me, lease);
    run(from, with);
    return OK;
}

void cpu_back(enum process_reason reason)
{
    struct process *from = &processes[cpu_process()];
    uint64_t giver = from->giver, left = from->lease;
    from->reason = (uint8_t)reason;
    from->giver = 0;
    from->lease = 0;
    from->running = 0;
    if (processes[giver].lease != 0) {
        processes[giver].lease += left;
    }
    run(from, giver);
}

void cpu_count(void)
{
    struct process *p = &processes[cpu_process()];
    p->lease--;
    if (p->lease == 0) {
        cpu_back(REASON_LEASE);
    }
}
