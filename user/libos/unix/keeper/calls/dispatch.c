/*
 * From a request in a window to its answer.
 *
 *   keeper_request   copies number and arguments, once
 *     serve_try        one try
 *       serve_call       finds the row; checks pointers, copies strings
 *         serve_...        does it: an answer, -errno, SERVE_WAITS
 *     serve_waiting    tries those that this has woken, until none is left
 *
 * A window is another process's memory and may change at any time: so each word
 * is read once, lengths are checked against the copy, and what a pointer means
 * is an offset in the window's data or nothing. A process may end in the middle
 * of its own request, or of another's; that is why after each try the slot is
 * asked again who is there.
 *
 * The time between two visits is the process's, and that within is the keeper's
 * for it: user and system time, as far as anybody measures.
 */
#include "libos/unix/keeper/calls/call_table.h"

#include "lib/string.h"
#include "libos/unix/keeper/calls/start.h"
#include "libos/unix/keeper/process/exit.h"
#include "libos/unix/keeper/process/reply.h"
#include "libos/unix/keeper/process/signal.h"
#include "libos/unix/keeper/process/timer.h"
#include "libos/unix/keeper/record/wait_queue.h"
#include "libos/unix/keeper/terminal/tty.h"

#define LINUX_CALLS 512 /* Linux's numbers are below; the keeper's above */
#define OWN_CALLS 16    /* from KEEPER_FORK on */

static uint8_t rows[LINUX_CALLS + OWN_CALLS]; /* row + 1; 0: none */
static char strings[2][PATH_MAX];
static uint64_t left; /* when the keeper last gave the CPU away */

/* Each word of a window is read once. */
static uint64_t word(const uint64_t *at)
{
    return *(const volatile uint64_t *)at;
}

void serve_begin(void)
{
    memset(rows, 0, sizeof(rows));
    for (unsigned i = 0; i < call_count; i++) {
        uint16_t number = call_table[i].number;
        rows[number < LINUX_CALLS ? number
                                  : number - KEEPER_FORK + LINUX_CALLS] =
            (uint8_t)(i + 1);
    }
    reply_current = NULL;
    left = machine_now();
}

static const struct call_row *row_of(uint64_t number)
{
    uint64_t at = number;
    if (number >= KEEPER_FORK && number < KEEPER_FORK + OWN_CALLS) {
        at = number - KEEPER_FORK + LINUX_CALLS;
    } else if (number >= LINUX_CALLS) {
        return NULL;
    }
    return rows[at] ? &call_table[rows[at] - 1] : NULL;
}

static int serve_string(struct serve *s, unsigned i, char *to)
{
    const volatile uint8_t *data = s->data;
    uint64_t at = s->a[i];
    for (unsigned n = 0; n < PATH_MAX; n++) {
        if (at >= WINDOW_DATA) {
            return -EFAULT;
        }
        to[n] = (char)data[at++];
        if (!to[n]) {
            s->at[i] = to;
            return 0;
        }
    }
    return -ENAMETOOLONG;
}

/* Checks the arguments as the table has them: 0, -EFAULT, -ENAMETOOLONG. */
static int serve_arguments(struct serve *s, const struct call_row *row)
{
    unsigned texts = 0;
    for (unsigned i = 0; i < 6; i++) {
        uint32_t argument = row->arguments[i], kind = argument & 7;
        uint64_t size = argument >> 8;
        s->at[i] = NULL;
        if (kind == IS_VALUE ||
            (argument & IS_NULL && s->a[i] == WINDOW_NULL)) {
            continue;
        }
        if (kind == IS_STRING) {
            int error = serve_string(s, i, strings[texts++]);
            if (error) {
                return error;
            }
            continue;
        }
        if (argument & IS_BY) {
            uint64_t count = s->a[((argument & IS_BY) >> 4) - 1];
            size = count <= WINDOW_DATA ? count * size : UINT64_MAX;
        }
        s->at[i] = serve_at(s, i, size);
        if (!s->at[i]) {
            return -EFAULT;
        }
    }
    return 0;
}

static void say_missing(const struct process *process)
{
    static const char text[] = "keeper: no request ";
    char line[sizeof(text) + 16 + 2 + sizeof(process->name)];
    uint32_t at = sizeof(text) - 1;
    memcpy(line, text, at);
    for (int shift = 60; shift >= 0; shift -= 4) {
        if (process->number >> shift || !shift) {
            line[at++] = "0123456789abcdef"[process->number >> shift & 15];
        }
    }
    line[at++] = ' ';
    for (unsigned i = 0; process->name[i]; i++) {
        line[at++] = process->name[i];
    }
    machine_say(line, at);
}

static int64_t serve_call(struct process *process)
{
    const struct call_row *row = row_of(process->number);
    struct serve s = {.process = process,
                      .a = process->a,
                      .data = machine_window(process->slot)->data};
    if (!row) {
        say_missing(process);
        return -ENOSYS;
    }
    int error = serve_arguments(&s, row);
    return error ? error : row->function(&s);
}

/* What may be asked for in the last turn. */
static bool is_last(uint64_t number)
{
    return number == KEEPER_EXIT || number == KEEPER_TAKEN ||
           (number >= KEEPER_FUTEX_WAKE && number <= KEEPER_FUTEX_WOKEN);
}

/* One try of a process's request. */
static void serve_try(struct process *process)
{
    uint16_t slot = process->slot;
    int64_t answer = serve_call(process);
    /* It may have ended meanwhile, and its record may be another's by now: the
     * slot says who is there. */
    if (answer == SERVE_ENDED || process_in(slot) != process) {
        return;
    }
    process->again = true;
    if (answer != SERVE_WAITS) {
        reply_answer(process, answer);
    } else if (process->kind != WAIT_FORKED && signal_interrupts(process)) {
        reply_answer(process, process->done ? (int64_t)process->done : -EINTR);
    }
}

/* Tries what waits, as long as something happens. Each try answers a request,
 * which is the last of it, or waits for something new: so this ends. */
static void serve_waiting(void)
{
    for (unsigned i = wait_queue_next(); i < PROCESSES; i = wait_queue_next()) {
        struct process *process = process_at(i);
        if (process && process->state == STATE_WAITS && !process->stopped) {
            serve_try(process);
        }
    }
}

static void serve_over(void)
{
    uint64_t now = machine_now();
    if (reply_current) {
        reply_current->system += now - left;
    }
    reply_current = NULL;
    left = now;
}

bool keeper_may_run(unsigned slot)
{
    const struct process *process = process_in(slot);
    return process && process->state == STATE_RUNS && !process->stopped;
}

/* A new request. One that was killed while it ran learns of it by its next
 * request, which is not carried out, and ends by the one behind. */
static void serve_next(struct process *process)
{
    if (!process->dying || is_last(process->number)) {
        serve_try(process);
    } else if (process->told) {
        process_end(process, SIGKILL);
    } else {
        process->told = true;
        reply_answer(process, -EINTR);
    }
}

/* It had the CPU until now. */
static void ran(struct process *process)
{
    uint64_t now = machine_now();
    process->user += now - left;
    left = now;
}

void keeper_preempted(unsigned slot)
{
    struct process *process = process_in(slot);
    if (process) {
        ran(process);
    }
}

bool keeper_request(unsigned slot)
{
    struct process *process = process_in(slot);
    struct window *window = process ? machine_window(slot) : NULL;
    if (!window || process->state != STATE_RUNS) {
        return false;
    }
    ran(process);
    process->number = word(&window->number);
    for (unsigned i = 0; i < 6; i++) {
        process->a[i] = word(&window->a[i]);
    }
    process->done = 0;
    process->again = false;
    process->deadline = NEVER;
    reply_current = process;
    serve_next(process);
    if (process_in(slot) != process) {
        reply_current = NULL; /* nobody is owed the return of this function */
    }
    serve_waiting();
    if (process_in(slot) != process) {
        reply_current = NULL;
    }
    serve_over();
    return keeper_may_run(slot);
}

void keeper_again(void)
{
    tty_poll();
    timer_expire(machine_now());
    serve_waiting();
    serve_over();
}

void keeper_died(unsigned slot, unsigned signal)
{
    struct process *process = process_in(slot);
    if (process) {
        process_end(process,
                    signal >= 1 && signal <= SIGNALS ? (int)signal : SIGKILL);
    }
    serve_waiting();
    serve_over();
}

uint64_t keeper_next(void)
{
    return wait_queue_deadline();
}

int keeper_status(void)
{
    return process_first_status();
}
