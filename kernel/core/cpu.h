/*
 * The CPU as a resource. Slot 0 of the root holds the process that runs: a
 * second, counted copy of its directory entry, with all rights: a table's entry
 * of level D, ring 3's, with R, W and X.
 *
 * A process that hands the CPU over is its giver, until the CPU comes back:
 * by a swap, at the end of the lease, or by a fault that the process cannot
 * handle. So the processes that have a CPU or have lent it form a chain,
 * from init to the one that runs. What a record says of it (struct process):
 *
 *             in the chain                 outside
 *   running   1                            0
 *   giver     who lent it; init's is 0     0
 *   lease     when it ends; 0: never       0
 *   reason    REASON_NONE                  why the CPU went back
 */
#ifndef XO5_CORE_CPU_H
#define XO5_CORE_CPU_H

#include "core/books.h"

#define CPU_MAX 1

#define REST_LONG (~0ull) /* cpu_state.rest: until an interrupt comes */

/* What a processor is about, beside arch/'s part of it. */
struct cpu_state {
    uint64_t process; /* the one that runs */
    uint64_t loaded;  /* the one whose registers the processor has: another,
                         until cpu_switch */
    uint64_t rest;    /* the one that runs has nothing to do until then; 0 */
};

extern struct cpu_state cpus[CPU_MAX];

/* The process that runs on this processor. */
static inline uint64_t cpu_process(void)
{
    return cpus[arch_cpu()].process;
}

/* Makes `to` the process that runs, as far as the kernel's books go: its
 * table is in slot 0. The registers and the timer follow (cpu_switch). */
static inline void cpu_set(uint64_t to)
{
    cpus[arch_cpu()].process = to;
    arch_switch_ask();
}

/*
 * `swap` in the directory: hands the CPU to another process. `entry` and
 * `with` are slots of the directory here, which op_swap took out of the
 * entries' names: `entry` is slot 0, `with` the receiver's; `resource` is my
 * table, `other` the receiver's.
 * `lease`: when the CPU comes back by itself, by the time-stamp counter; 0 for
 * never. A time that has passed already is fine: it comes back at once.
 *   E_RANGE   entry is not slot 0; with is no process's slot, or mine
 *   E_MATCH   the receiver is not live; resource or other is not the table
 *   E_OWNER   the receiver is neither my child, nor my giver, nor accepts the
 *             CPU from me (accept_for: KIND_CPU, level D, my generation)
 *   E_BUSY    it has lent a CPU itself and is not my giver
 *   E_RIGHTS  I have a lease, and this one is none, or ends later. Giving back
 *             takes no lease: it is not looked at
 * An acceptance is used up. The order is every commit's (ops/operations.h):
 * slot 0 is emptied, the translations are forgotten, slot 0 is filled.
 */
enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease);

/* Takes the CPU from the process that runs, which is not init, and gives it
 * back to its giver; `reason` is for the record. */
void cpu_back(enum process_reason reason);

/* Ends the lease of the process that runs, if it has one and that is over by
 * now: cpu_back(REASON_LEASE), and true. Its giver's may be over too. */
bool cpu_expire(uint64_t now);

#endif
