/*
 * A batch: up to BATCH_MAX operations in one call. To enter and leave the
 * kernel costs as much as to do one, so who has many writes them into its
 * context.
 *
 * Each is checked and carried out by itself, as if it had been called alone.
 * The first error ends the batch, and what was done until then stays done: the
 * answer says how many that were, and which error.
 *
 * The context is the process's to write, and whoever holds that page may write
 * it meanwhile. So each word is read once, and what is checked is the copy.
 */
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
    /* A hand-over ends it too: the rest would run in another process's time. */
    while (!error && done < count && cpu_process() == me) {
        error = step(me, &context->batch[done]);
        done += error == OK;
    }
    return done << 32 | error;
}
