/*
 * Exercise 4.2, in another way: a lease without end is the latest of all, and
 * one function changes who runs.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

/* When a lease ends, in an order in which none is the last. */
static uint64_t end_of(uint64_t lease)
{
    return lease - 1;
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

static void lend(struct process *to, uint64_t me, uint64_t lease)
{
    to->accepts = to->parent == me ? to->accepts : 0;
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
    if (end_of(lease) > end_of(from->lease)) {
        return E_RIGHTS;
    }
    lend(to, me, lease);
    run(from, with);
    return OK;
}

void cpu_back(enum process_reason reason)
{
    struct process *from = &processes[cpu_process()];
    uint64_t giver = from->giver;
    from->reason = (uint8_t)reason;
    from->giver = 0;
    from->lease = 0;
    from->running = 0;
    run(from, giver);
}

bool cpu_expire(uint64_t now)
{
    const struct process *p = &processes[cpu_process()];
    bool over = p->lease != 0 && p->lease <= now;
    if (over) {
        cpu_back(REASON_LEASE);
    }
    return over;
}
