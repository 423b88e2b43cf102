/*
 * Waiting, as sleep and wakeup on a channel: a process waits for a kind of
 * thing and a number (this pipe, that child). Whoever makes it happen marks
 * those that wait for it; nobody is served at once, as the one who wakes is in
 * the middle of a request. When that is over the keeper takes the marks one by
 * one, and each request is tried again from its start.
 *
 * So a wake too many costs a try and no more, and a wake is lost only by
 * whoever forgets to say it. A bit in `waiting` may outlive the wait: it is
 * cleared by the next who looks, which is cheaper than finding it when a wait
 * ends.
 */
#include "libos/unix/keeper/record/wait_queue.h"

#include "lib/disorder.h"

#define WORDS (PROCESSES / 64)

static uint64_t waiting[WORDS]; /* all that wait, and some that did */
static uint64_t marks[WORDS];   /* those that shall try */

void wait_queue_add(struct process *process, enum wait_kind kind,
                    uint32_t number)
{
    process->state = STATE_WAITS;
    process->kind = (uint8_t)kind;
    process->wait_for = number;
    waiting[process->index / 64] |= 1ull << process->index % 64;
}

void wait_queue_wake_process(struct process *process)
{
    if (process->state == STATE_WAITS) {
        marks[process->index / 64] |= 1ull << process->index % 64;
    }
}

void wait_queue_wake(enum wait_kind kind, uint32_t number)
{
    for (unsigned i = 0; i < WORDS; i++) {
        for (uint64_t bits = waiting[i]; bits; bits &= bits - 1) {
            uint64_t bit = bits & -bits;
            unsigned index = i * 64 + (unsigned)__builtin_ctzll(bits);
            struct process *process = process_at(index);
            if (!process || process->state != STATE_WAITS) {
                waiting[i] &= ~bit; /* it did, once */
            } else if (process->kind == WAIT_ANY ||
                       (process->kind == kind && process->wait_for == number)) {
                marks[i] |= bit;
            }
        }
    }
}

uint64_t wait_queue_deadline(void)
{
    uint64_t next = NEVER;
    for (unsigned i = 0; i < process_top(); i++) {
        const struct process *process = process_at(i);
        if (!process || process->state == STATE_ENDED) {
            continue;
        }
        next = process->alarm < next ? process->alarm : next;
        if (process->state == STATE_WAITS && !process->stopped &&
            process->deadline < next) {
            next = process->deadline;
        }
    }
    return next;
}

/* The bits from anywhere on, or all if there are none: nobody is promised to be
 * the first. */
static uint64_t some_of(uint64_t bits)
{
    uint64_t from = bits & UINT64_MAX << disorder_below(64);
    return from ? from : bits;
}

unsigned wait_queue_next(void)
{
    unsigned first = (unsigned)disorder_below(WORDS);
    for (unsigned n = 0; n < WORDS; n++) {
        unsigned i = (first + n) % WORDS;
        if (marks[i]) {
            unsigned bit = (unsigned)__builtin_ctzll(some_of(marks[i]));
            marks[i] &= ~(1ull << bit);
            return i * 64 + bit;
        }
    }
    return PROCESSES;
}
