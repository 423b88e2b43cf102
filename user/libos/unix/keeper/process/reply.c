/*
 * Giving a process its answer, and thereby the right to run. The machine is
 * told of all but the one whose request is being handled: for that one the
 * return of keeper_request says it, and a second word would queue it twice.
 *
 * The last turn: a process that is killed while it waits may hold robust locks
 * in memory that others share, and only it can find them. So it gets -EINTR,
 * and a second to mark them; any other request than those it needs for that
 * ends it.
 */
#include "libos/unix/keeper/process/reply.h"

#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define LAST_TURN 1000000000 /* nanoseconds */

struct process *reply_current;

void reply_answer(struct process *process, int64_t answer)
{
    struct window *window = machine_window(process->slot);
    if (process->held) {
        uint32_t held = process->held;
        process->held = 0;
        description_drop(held);
    }
    process->state = STATE_RUNS;
    process->deadline = NEVER;
    window->answer = answer;
    window->pending = process->pending;
    if (process != reply_current && !process->stopped) {
        keeper_ready(process->slot);
    }
}

void reply_resume(struct process *process)
{
    if (process->state == STATE_WAITS) {
        wait_queue_wake_process(process);
    } else if (process != reply_current) {
        keeper_ready(process->slot);
    }
}

bool reply_last_turn(struct process *process)
{
    const struct window *window = machine_window(process->slot);
    bool forks = process->state == STATE_WAITS && process->kind == WAIT_FORKED;
    if (process->dying || forks ||
        !*(const volatile uint64_t *)&window->shares) {
        return false;
    }
    bool stood = process->stopped;
    process->dying = true;
    process->told = process->state == STATE_WAITS || process == reply_current;
    process->alarm = machine_now() + LAST_TURN;
    process->stopped = process->stop_news = false;
    if (process->state == STATE_WAITS && process != reply_current) {
        reply_answer(process, -EINTR);
    } else if (stood) {
        reply_resume(process);
    }
    return true;
}
