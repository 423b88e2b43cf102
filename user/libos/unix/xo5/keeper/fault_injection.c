/*
 * Kills processes in the middle of what they do, for tests: each operation of
 * fork, exec and exit is once the last. A lease of so many operations is the
 * means, as the kernel counts those anyway; in which turn it is given, and how
 * long it is, goes through all combinations, one for each process that is
 * forked.
 */
#include "libos/unix/xo5/keeper/fault_injection.h"

#include <stddef.h>

#include "launch/command.h"
#include "lib/books.h"
#include "libos/unix/keeper/record/machine.h"

static uint64_t turns_of_all, forked;

static struct {
    uint64_t turns;      /* that it has before its leases begin, and one more */
    uint64_t operations; /* of each lease; 0: it is not doomed */
} doomed[KEEPER_SLOTS];

void fault_injection_begin(void)
{
    const char *c = command_word("doom=");
    for (; c != NULL && *c >= '0' && *c <= '9'; c++) {
        turns_of_all = turns_of_all * 10 + (uint64_t)(*c - '0');
    }
}

void fault_injection_forked(unsigned slot)
{
    if (turns_of_all != 0) {
        doomed[slot].turns = forked % turns_of_all + 1;
        doomed[slot].operations = forked / turns_of_all + 1;
        forked++;
    }
}

uint64_t fault_injection_lease(unsigned slot)
{
    if (doomed[slot].operations == 0) {
        return 0;
    }
    if (doomed[slot].turns > 0) {
        doomed[slot].turns--;
    }
    return doomed[slot].turns == 0 ? doomed[slot].operations : 0;
}

bool fault_injection_has_come(unsigned slot)
{
    return books_process(slot)->reason == REASON_LEASE;
}
