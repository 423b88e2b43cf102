/*
 * Exercise 4.2. The CPU, handed over and given back.
 */
#include "core/cpu.h"

#include "core/flush.h"
#include "core/link.h"
#include "lib/exercise.h"

enum error cpu_hand(uint64_t me, uint64_t entry, uint64_t with,
                    uint64_t resource, uint64_t other, uint64_t lease)
{
    /*
     * TODO 1: check what is named: slots (`entry` and `with` are no names of
     *         entries here), a live process, both tables.
     * TODO 2: to my giver: that is cpu_back's.
     * TODO 3: to another: may it have the CPU of me, is it free, and is the
     *         lease one that I can give?
     * TODO 4: write down who lent to whom and for how long, on both sides.
     * TODO 5: slot 0 goes from one to the other, in the order that cpu.h
     *         gives, with its refs; then cpu_set. cpu_back needs that too.
     */
    (void)me, (void)entry, (void)with, (void)resource, (void)other, (void)lease;
    exercise_missing("4.2 (kernel/core/cpu.c: cpu_hand)");
}

void cpu_back(enum process_reason reason)
{
    /* TODO 6: who gets the CPU, and what does the record say of the one that
     *         loses it? */
    (void)reason;
    exercise_missing("4.2 (kernel/core/cpu.c: cpu_back)");
}

bool cpu_expire(uint64_t now)
{
    /* TODO 7: is there a lease, and is it over? */
    (void)now;
    exercise_missing("4.2 (kernel/core/cpu.c: cpu_expire)");
}
