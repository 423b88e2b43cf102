/*
 * Nobody wants the processor. Then it should stop, and not look for work in a
 * circle: a machine at rest costs nothing.
 *
 * Who finds that out is a scheduler in ring 3, and only the kernel can stop a
 * processor. So that one says until when it has nothing to do. As with every
 * hand-over the books are written here, and what a processor does follows on
 * the way out (ring3/switch.c).
 */
#include "core/rest.h"

#include "core/cpu.h"

enum error rest_hand(uint64_t me, uint64_t resource, uint64_t other,
                     uint64_t lease)
{
    if (processes[me].table != resource || other != RESOURCE_NONE) {
        return E_MATCH;
    }
    cpus[arch_cpu()].rest = lease ? lease : REST_LONG;
    arch_switch_ask();
    return OK;
}
