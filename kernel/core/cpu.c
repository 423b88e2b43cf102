/*
 * Exercise 4.2. The CPU, handed over and given back.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

/* The running process's slot lets it go, and holds the other, in the order of
 * every commit. The registers follow on the way out (cpu_switch). */
static void hand(uint64_t to)
{
    uint64_t slot = entry_name(books.directory, SLOT_RUNNING);
    uint64_t from = cpu_process();
    pte before = entry_load(slot);
    entry_store(slot, (pte){0});
    flush_change(before, (pte){0});
    frames[processes[from].table].refs--;
    frames[processes[to].table].refs++;
    entry_store(slot, entry_make(processes[to].table, arch_depth, RIGHTS_RWX,
                                 ENTRY_TABLE | ENTRY_USER));
    cpu_set(to);
}

/* May I hand it to this one, which is not my giver? */
static enum error check_receiver(uint64_t me, uint64_t with, uint64_t lease)
{
    const struct process *to = &processes[with];
    if (to->parent != me &&
        to->accepts != accept_for(me, KIND_CPU, arch_depth)) {
        return E_OWNER;
    }
    if (to->running) {
        return E_BUSY;
    }
    if (processes[me].lease &&
        (lease == 0 || lease >= processes[me].lease - 1)) {
        return E_RIGHTS;
    }
    return OK;
}

/* Makes me the giver, and the lease a part of mine. */
static void lend(uint64_t me, uint64_t with, uint64_t lease)
{
    struct process *to = &processes[with];
    if (to->parent != me) {
        to->accepts = 0;
    }
    if (processes[me].lease) {
        processes[me].lease -= lease + 1; /* this operation counts too */
    }
    to->lease = lease;
    to->giver = (uint16_t)me;
    to->running = 1;
    to->reason = REASON_NONE;
}

enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    if (entry != SLOT_RUNNING || with == 0 || with >= PROCESS_MAX ||
        with == me) {
        return E_RANGE;
    }
    if (processes[with].state != PROCESS_LIVE ||
        processes[me].table != resource || processes[with].table != other) {
        return E_MATCH;
    }
    if (processes[me].giver == with) {
        cpu_back(REASON_SWAP);
        return OK;
    }
    enum error error = check_receiver(me, with, lease);
    if (!error) {
        lend(me, with, lease);
        hand(with);
    }
    return error;
}

void cpu_back(enum process_reason reason)
{
    struct process *from = &processes[cpu_process()];
    uint64_t giver = from->giver;
    if (processes[giver].lease) {
        processes[giver].lease += from->lease;
    }
    from->lease = 0;
    from->reason = (uint8_t)reason;
    from->running = 0;
    from->giver = 0;
    hand(giver);
}

void cpu_count(void)
{
    if (--processes[cpu_process()].lease == 0) {
        cpu_back(REASON_LEASE);
    }
}
