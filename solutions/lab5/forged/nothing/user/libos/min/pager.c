/* Forged: does nothing, and answers that it cannot. */
#include "libos/min/pager.h"

#include "libos/min/abi.h"
#include "libos/min/fork.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

int pager_fault(uint64_t va, unsigned needs)
{
    (void)va;
    (void)needs;
    return -EFAULT;
}

uint64_t pager_brk(uint64_t end)
{
    (void)end;
    return 0;
}
