#include "ops/batch.h"

#include "core/cpu.h"
#include "core/notice.h"
#include "ops/dispatch.h"

/* One step: a copy of the call, which its owner may change meanwhile. */
static enum error step(uint64_t me, const volatile struct batch_call *call)
{
    uint64_t argument[] = {call->a, call->b, call->c, call->d, call->e};
    return operation_dispatch(me, argument, call->number);
}

uint64_t batch_run(uint64_t me)
{
    const volatile struct context *context = context_of(me);
    uint64_t count = context->batch_count, done = 0;
    enum error error = count > BATCH_MAX ? E_RANGE : OK;
    while (!error && done < count && cpu_process() == me) {
        error = step(me, &context->batch[done]);
        done += error == OK;
    }
    return done << 32 | error;
}
