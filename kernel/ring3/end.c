/*
 * The machine's end. init is nobody's child: when it cannot go on there is
 * nobody to tell, and nothing left that could run.
 */
#include "ring3/end.h"

#include "abi/exit.h"
#include "core/notice.h"
#include "lib/observe.h"
#include "lib/print.h"

void init_end(const char *what, uint64_t rip)
{
    const volatile struct context *context = context_of(SLOT_INIT);
    observe_stage(STAGE_BOOTED);
    if (context->ended == CONTEXT_ENDED) {
        uint64_t status = context->status;
        arch_stop(EXIT_BASE + (unsigned)(status < EXIT_STATUS_MAX
                                             ? status
                                             : EXIT_STATUS_MAX));
    }
    print("xo5: init %s at 0x%lx.\n", what, rip);
    arch_stop(EXIT_INIT);
}
