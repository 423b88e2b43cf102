/*
 * Exercise 4.2. The CPU, handed over and given back.
 *
 * The kernel has no scheduler and no queue. Who has the processor hands it to
 * another, and is that one's giver until it comes back. All that is remembered
 * is this chain:
 *
 *   init ---> A ---> B        B has the processor
 *
 *    1        1      1        running: has one, or has lent it
 *             init   A        giver
 *    0        9000   7000     lease: the time at which it goes back; 0: no end
 *
 * It comes back one step: by a swap to the giver, when the lease is over, or
 * by a fault of which the process cannot be told. Who is `running` is given it
 * by nobody else, so no process is in the chain twice, and each step takes the
 * same time.
 *
 * Nobody lends for longer than it has the processor itself. So along the chain
 * the ends come ever earlier, the last one's first of all: one timer, set to
 * that, watches them all.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

/* The running process's slot lets it go, and holds the other, in the order of
 * every commit. The ref that goes is never the last one (a process that runs
 * is live, and the directory's entry holds its table too), so nothing is
 * settled. The registers follow on the way out (cpu_switch). */
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
    /* A second time in the chain, it would have two givers. */
    if (to->running) {
        return E_BUSY;
    }
    /* 0 is no end, and that is later than any. */
    if (processes[me].lease && (lease == 0 || lease > processes[me].lease)) {
        return E_RIGHTS;
    }
    return OK;
}

/* Makes me the giver, until then at the latest. */
static void lend(uint64_t me, uint64_t with, uint64_t lease)
{
    struct process *to = &processes[with];
    /* Used up; a child need not accept. */
    if (to->parent != me) {
        to->accepts = 0;
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
    /* To my giver it goes back, out of the chain, and not one deeper. (init's
     * giver is 0, which `with` is not.) */
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
    from->lease = 0;
    from->reason = (uint8_t)reason;
    from->running = 0;
    from->giver = 0;
    hand(giver);
}

bool cpu_expire(uint64_t now)
{
    uint64_t lease = processes[cpu_process()].lease;
    if (lease == 0 || now < lease) {
        return false;
    }
    cpu_back(REASON_LEASE);
    return true;
}
