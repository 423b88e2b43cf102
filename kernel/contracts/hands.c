/*
 * The contracts of lab 4: swap (ops/operations.h), and the processor handed
 * over (core/cpu.h) or at rest (core/rest.h).
 */
#include "contracts/contract.h"
#include "core/cpu.h"
#include "core/rest.h"
#include "core/link.h"
#include "core/process.h"
#include "ops/operations.h"

#define HAND_ERRORS                                                            \
    (ONE(OK) | ONE(E_RANGE) | ONE(E_MATCH) | ONE(E_OWNER) | ONE(E_BUSY) |      \
     ONE(E_RIGHTS))
#define SWAP_ERRORS                                                            \
    (HAND_ERRORS | ONE(E_KIND) | ONE(E_GIVEN) | ONE(E_LEVEL) | ONE(E_SHARED) | \
     ONE(E_VITAL) | ONE(E_ALLOWANCE))

/* Slot 0 holds the process that runs. */
static bool runs(uint64_t process)
{
    pte slot = entry_load(entry_name(books.directory, SLOT_RUNNING));
    return cpu_process() == process &&
           link_holds(slot, processes[process].table);
}

static uint64_t state(uint64_t entry, uint64_t with, uint64_t resource)
{
    uint64_t sum = mix_frame(mix_processes(), resource);
    return mix_entry(mix_entry(sum, entry), with);
}

CONTRACT(enum error, op_swap, uint64_t me, uint64_t entry, uint64_t with,
         uint64_t resource, uint64_t other, uint64_t lease)
{
    uint64_t before = state(entry, with, resource);
    bool moves = entry < ENTRIES_MAX && !process_is_directory(entry);
    ASSERT(processes[me].state == PROCESS_LIVE, "op_swap: `me` is live");
    enum error error = __real_op_swap(me, entry, with, resource, other, lease);
    ASSERT(is_one_of(error, SWAP_ERRORS), "op_swap: answers one of its errors");
    ASSERT(!error || state(entry, with, resource) == before,
           "op_swap: an error has changed nothing");
    if (error || !moves) {
        return error;
    }
    ASSERT(link_holds(entry_load(with), resource),
           "op_swap: `with` holds the resource");
    ASSERT(other == RESOURCE_NONE ? entry_load(entry).bits == 0
                                  : link_holds(entry_load(entry), other),
           "op_swap: `entry` is empty, or holds the other");
    ASSERT(frames[resource].owner == frames[with / TABLE_ENTRIES].owner,
           "op_swap: moves ownership too");
    return error;
}

CONTRACT(enum error, cpu_hand, uint64_t me, uint64_t entry, uint64_t with,
         uint64_t resource, uint64_t other, uint64_t lease)
{
    ASSERT(runs(me), "invariant 12: cpu_hand: slot 0 holds who calls");
    enum error error = __real_cpu_hand(me, entry, with, resource, other, lease);
    ASSERT(is_one_of(error, HAND_ERRORS),
           "cpu_hand: answers one of its errors");
    ASSERT(runs(error ? me : with),
           "invariant 12: cpu_hand: slot 0 holds the receiver, or still me");
    ASSERT(error || processes[with].running || with == SLOT_INIT,
           "cpu_hand: the receiver runs");
    ASSERT(error || !processes[me].running || !processes[me].lease ||
               (processes[with].lease &&
                processes[with].lease <= processes[me].lease),
           "invariant 12: cpu_hand: no lease outlasts its giver's");
    return error;
}

CONTRACT(void, cpu_back, enum process_reason reason)
{
    uint64_t from = cpu_process(), giver = processes[from].giver;
    ASSERT(from != SLOT_INIT && processes[from].running,
           "cpu_back: the process that runs is not init");
    __real_cpu_back(reason);
    ASSERT(runs(giver), "invariant 12: cpu_back: its giver has it");
    ASSERT(processes[from].reason == reason, "cpu_back: the record says why");
    ASSERT(!processes[from].running && processes[from].lease == 0,
           "cpu_back: it runs no more, and has no lease");
}

CONTRACT(bool, cpu_expire, uint64_t now)
{
    uint64_t process = cpu_process(), lease = processes[process].lease;
    bool over = __real_cpu_expire(now);
    ASSERT(over == (lease != 0 && lease <= now),
           "cpu_expire: true if there is a lease, and it is over");
    ASSERT(over ? processes[process].reason == REASON_LEASE
                : cpu_process() == process && processes[process].lease == lease,
           "cpu_expire: the CPU is gone, REASON_LEASE, or nothing has changed");
    return over;
}

CONTRACT(enum error, rest_hand, uint64_t me, uint64_t resource, uint64_t other,
         uint64_t lease)
{
    ASSERT(runs(me), "invariant 12: rest_hand: slot 0 holds who calls");
    enum error error = __real_rest_hand(me, resource, other, lease);
    ASSERT(is_one_of(error, ONE(OK) | ONE(E_MATCH)),
           "rest_hand: answers one of its errors");
    ASSERT((cpus[arch_cpu()].rest != 0) == !error,
           "rest_hand: nobody has the CPU, for a while");
    return error;
}
