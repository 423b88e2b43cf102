/*
 * Green threads: a place each, and one of them current. A switch is made only
 * where the personality has nothing under way: a call has its answer or waits,
 * or the program was interrupted. So nothing but registers, FS and the extended
 * state is the thread's:
 *
 *   thread_switch(program)    *program: out to the old place, in from the new
 *
 * Turns go round. With others ready, a thread's turn ends after 10 ms, at its
 * next call or when the machine interrupts the program.
 *
 * The first thread is among the variables and its extended state is saved only
 * if there is a second: a process of one thread, as most are, pays nothing.
 */
#include "libos/unix/personality/thread/thread.h"

#include "lib/assert.h"
#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/thread/idle.h"
#include "libos/unix/personality/thread/sched.h"
#include "libos/unix/personality/thread/signal.h"

/* What a thread has while another runs. The first thread itself is among the
 * variables: most processes have no other, and a forked child has it without a
 * fault. */
struct place {
    uint8_t xstate[XSTATE_MAX] __attribute__((aligned(64)));
    struct thread thread; /* but the first */
};

_Static_assert(sizeof(struct place) * THREADS_MAX <= RESERVED_THREADS_SIZE,
               "threads fit their part of memory");

#define PLACES ((struct place *)RESERVED_THREADS)
#define TURN 10000000      /* nanoseconds until others may have a turn */
#define TID_FIRST 0x100000 /* of threads beside the first: no process's pid */

static unsigned top; /* places [0, top) have been used */
static unsigned current, count;
static uint64_t turn_end;

static struct thread first;

static struct thread *in(unsigned i)
{
    return i == 0 ? &first : &PLACES[i].thread;
}

struct thread *thread_current(void)
{
    return in(current);
}

unsigned thread_count(void)
{
    return count;
}

unsigned thread_places(void)
{
    return top;
}

struct thread *thread_at(unsigned i)
{
    return i < top && in(i)->state != THREAD_NONE ? in(i) : 0;
}

void thread_begin(bool keep)
{
    if (keep && current != 0) {
        first = *thread_current();
    } else if (!keep) {
        const struct thread *old = thread_current();
        uint64_t blocked = old->blocked, pending = old->pending;
        uint32_t policy = old->policy, priority = old->priority;
        uint32_t flags = top ? old->alternate.flags : SS_DISABLE;
        memset(&first, 0, sizeof(first));
        first.blocked = blocked;
        first.pending = pending;
        first.policy = policy;
        first.priority = priority;
        first.alternate.flags = flags;
    }
    for (unsigned i = 1; i < top; i++) {
        in(i)->state = THREAD_NONE;
    }
    first.state = THREAD_READY;
    first.tid = (int32_t)host_window()->pid;
    first.robust = 0;
    current = 0;
    count = 1;
    top = 1;
    disorder_begin(host_window()->disorder);
}

struct thread *thread_make(const struct registers *registers, uint64_t fs)
{
    unsigned i = 1;
    while (i < top && in(i)->state != THREAD_NONE) {
        i++;
    }
    if (i == THREADS_MAX) {
        return 0;
    }
    struct thread *made = in(i);
    memset(made, 0, sizeof(*made));
    made->registers = *registers;
    made->fs = fs;
    made->state = THREAD_READY;
    made->tid = (int32_t)(TID_FIRST + host_window()->pid * THREADS_MAX + i);
    made->blocked = thread_current()->blocked;
    made->alternate = ALTERNATE_NONE;
    sched_inherit(made, thread_current());
    xstate_save(PLACES[i].xstate);
    top = i < top ? top : i + 1;
    count++;
    turn_end = host_now() + TURN;
    return made;
}

bool thread_alone(void)
{
    for (unsigned i = 0; count > 1 && i < top; i++) {
        const struct thread *t = in(i);
        if (i == current || t->state == THREAD_NONE) {
            continue;
        }
        if (t->state == THREAD_READY || t->wake_at != NEVER ||
            t->wait == WAIT_FILE || t->wait == WAIT_POLL ||
            t->wait == WAIT_SHARED) {
            return false;
        }
    }
    return true;
}

int64_t thread_wait(enum thread_wait what, uint64_t wake_at, int64_t late)
{
    struct thread *t = thread_current();
    t->state = THREAD_WAITS;
    t->wait = (uint8_t)what;
    t->wake_at = wake_at;
    t->late = late;
    return CALL_WAITS;
}

uint64_t thread_deadline(int64_t nanoseconds)
{
    struct thread *t = thread_current();
    if (!t->resumed) {
        uint64_t now = host_now();
        t->deadline = nanoseconds < 0 || (uint64_t)nanoseconds >= NEVER - now
                          ? NEVER
                          : now + (uint64_t)nanoseconds;
    }
    return t->deadline;
}

void thread_wake(struct thread *thread, int64_t result)
{
    thread->state = THREAD_READY;
    thread->result = result;
}

void thread_end(void)
{
    ASSERT(count > 1, "thread_end: another is there");
    POISON(thread_current(), sizeof(struct thread));
    thread_current()->state = THREAD_NONE;
    count--;
}

bool thread_is_over(void)
{
    return count > 1 && (host_now() >= turn_end || disorder_chance(4));
}

/* The next ready thread after the current one; the current one last. */
static bool choose(unsigned *chosen)
{
    unsigned start = current + 1 + (unsigned)disorder_below(top);
    for (unsigned i = 0; i < top; i++) {
        unsigned place = (start + i) % top;
        if (in(place)->state == THREAD_READY) {
            *chosen = place;
            return true;
        }
    }
    return false;
}

int64_t thread_switch(struct registers *program)
{
    struct thread *from = thread_current();
    unsigned next;
    idle_look();
    while (!choose(&next)) {
        idle_wait();
    }
    struct thread *to = in(next);
    if (to != from) {
        if (from->state != THREAD_NONE) {
            from->registers = *program;
            from->fs = host_get_fs();
            xstate_save(PLACES[current].xstate);
        }
        *program = to->registers;
        host_set_fs(to->fs);
        xstate_load(PLACES[next].xstate);
        current = next;
        signal_publish();
    }
    turn_end = count > 1 ? host_now() + TURN : 0;
    return to->result;
}
