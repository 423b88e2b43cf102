/*
 * A request that cannot be answered now. Who serves it says for what the
 * process waits, and returns what this returns; nothing else has to be undone,
 * since the next try begins anew.
 */
#include "libos/unix/keeper/record/serve.h"

#include "libos/unix/keeper/record/wait_queue.h"

int64_t serve_wait(struct serve *s, enum wait_kind kind, uint32_t number)
{
    wait_queue_add(s->process, kind, number);
    return SERVE_WAITS;
}
