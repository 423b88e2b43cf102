/*
 * Kills processes in the middle of what they do, for tests: of fork, exec and
 * exit, any instruction may be the last. A short lease is the means; in which
 * turn it is given, and how long it is, goes through all combinations, one for
 * each process that is forked.
 */
#include "libos/unix/xo5/keeper/fault_injection.h"

#include <stddef.h>

#include "launch/command.h"
#include "libos/unix/keeper/record/machine.h"

#define STEP 1500 /* ticks: an operation, or a few */

static uint64_t turns_of_all, forked;

static struct {
    uint64_t turns; /* that it has before its leases begin, and one more */
    uint64_t steps; /* of each lease; 0: it is not doomed */
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
        doomed[slot].steps = forked / turns_of_all + 1;
        forked++;
    }
}

uint64_t fault_injection_lease(unsigned slot)
{
    if (doomed[slot].steps == 0) {
        return 0;
    }
    if (doomed[slot].turns > 0) {
        doomed[slot].turns--;
    }
    return doomed[slot].turns == 0 ? doomed[slot].steps * STEP : 0;
}
