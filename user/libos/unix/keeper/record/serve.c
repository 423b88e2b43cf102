#include "libos/unix/keeper/record/serve.h"

#include "libos/unix/keeper/record/wait_queue.h"

int64_t serve_wait(struct serve *s, enum wait_kind kind, uint32_t number)
{
    wait_queue_add(s->process, kind, number);
    return SERVE_WAITS;
}
