/*
 * Exercise 4.2, in a third way: first who the receiver is to me, then what
 * follows from that.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"

enum receiver { STRANGER, CHILD, ACCEPTS, GIVER };

static enum receiver receiver_is(uint64_t me, uint64_t with)
{
    if (processes[me].giver == with) {
        return GIVER;
    }
    if (processes[with].parent == me) {
        return CHILD;
    }
    pte posted = {processes[with].accepts};
    return accept_is(posted, accept_for(me, KIND_CPU, arch_depth)) ? ACCEPTS
                                                                  : STRANGER;
}

/* Can a lease be a part of mine? */
static bool lease_fits(uint64_t mine, uint64_t lent)
{
    return mine == 0 || (lent != 0 && lent <= mine);
}

/* Empties slot 0, and fills it with the table of another process. */
static void change_slot(uint64_t from, uint64_t to)
{
    uint64_t slot = entry_name(books.directory, SLOT_RUNNING);
    pte old = entry_load(slot), none = {0};
    frames[from].refs -= 1;
    entry_store(slot, none);
    flush_change(old, none);
    frames[to].refs += 1;
    entry_store(slot, entry_make(to, arch_depth, RIGHTS_RWX,
                                 ENTRY_USER | ENTRY_TABLE));
}

static enum error lend(uint64_t me, uint64_t with, uint64_t lease,
                       enum receiver who)
{
    if (who == STRANGER) {
        return E_OWNER;
    }
    if (processes[with].running) {
        return E_BUSY;
    }
    if (!lease_fits(processes[me].lease, lease)) {
        return E_RIGHTS;
    }
    if (who == ACCEPTS) {
        processes[with].accepts = 0;
    }
    processes[with].lease = lease;
    processes[with].giver = (uint16_t)me;
    processes[with].reason = REASON_NONE;
    processes[with].running = 1;
    change_slot(processes[me].table, processes[with].table);
    cpu_set(with);
    return OK;
}

enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    bool in_range = entry == SLOT_RUNNING && with != 0 && with != me &&
                    with < PROCESS_MAX;
    if (!in_range) {
        return E_RANGE;
    }
    if (processes[with].state != PROCESS_LIVE ||
        processes[with].table != other || processes[me].table != resource) {
        return E_MATCH;
    }
    enum receiver who = receiver_is(me, with);
    if (who != GIVER) {
        return lend(me, with, lease, who);
    }
    cpu_back(REASON_SWAP);
    return OK;
}

void cpu_back(enum process_reason reason)
{
    uint64_t from = cpu_process(), to = processes[from].giver;
    processes[from].lease = 0;
    processes[from].giver = 0;
    processes[from].running = 0;
    processes[from].reason = (uint8_t)reason;
    change_slot(processes[from].table, processes[to].table);
    cpu_set(to);
}

bool cpu_expire(uint64_t now)
{
    uint64_t lease = processes[cpu_process()].lease;
    if (lease == 0) {
        return false;
    }
    if (lease > now) {
        return false;
    }
    cpu_back(REASON_LEASE);
    return true;
}
