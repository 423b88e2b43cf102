/*
 * Threads of one process, green ones: the personality alone knows of them, and
 * one of them runs at a time. Another has its turn when the one that runs
 * waits, yields, ends, or makes a call after its time is over; there is no
 * preemption. All that a thread has of the processor is kept while it does not
 * run: general registers, FS base, extended state.
 *
 * A call that must wait returns what thread_wait returned; the thread that
 * runs next goes on in its place. A waiting thread is woken with an answer for
 * its call, or with WOKEN_RETRY: it makes the call once more.
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_THREAD_H
#define XO5_UNIX_PERSONALITY_THREAD_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/personality/base/xstate.h"
#include "libos/unix/personality/thread/altstack.h"

#define THREADS_MAX 1024
#define NEVER UINT64_MAX /* a deadline */

/* Answers of calls that are none: no program can see them. */
#define CALL_KEEPS (INT64_MIN + 1) /* the registers are as they shall be */
#define CALL_WAITS (INT64_MIN + 2) /* the thread waits now */
#define WOKEN_RETRY (INT64_MIN + 3)

enum thread_state {
    THREAD_NONE = 0,
    THREAD_READY = 1, /* runs, or could: its call's answer is `result` */
    THREAD_WAITS = 2,
};

enum thread_wait {
    WAIT_TIME = 0,   /* for `wake_at`: then the answer is `late` */
    WAIT_FUTEX = 1,  /* for a wake at `key` too */
    WAIT_FILE = 2,   /* for `events` of file `fd` too: then it retries */
    WAIT_POLL = 3,   /* for any of `count` struct pollfd at `key` too */
    WAIT_SHARED = 4, /* for a wake of which the keeper tells (futex.h) too */
};

struct thread {
    struct registers registers;
    uint64_t fs;
    uint8_t state; /* enum thread_state */
    uint8_t wait;  /* enum thread_wait, while it waits */
    bool resumed;  /* it makes this call once more: `deadline` holds */
    bool restores; /* after that call the mask is `mask_before` again */
    int32_t tid;
    uint64_t clear_tid; /* zero goes there when it ends, and a wake; or 0 */
    uint64_t robust;    /* head of its list of robust locks, or 0 */

    uint64_t number; /* of the call that it is in */
    int64_t result;

    uint64_t blocked, pending; /* signals; pending for this thread only */
    uint64_t mask_before;
    uint64_t takes; /* signals that its call waits for: rt_sigtimedwait */
    struct altstack alternate;
    uint32_t policy, priority; /* sched.h */

    uint64_t deadline; /* of its call, as host_now counts; NEVER */
    uint64_t wake_at;  /* of its wait: the deadline, or earlier */
    int64_t late;      /* the answer when that has passed */
    uint64_t key;
    uint32_t bits; /* of FUTEX_WAIT_BITSET */
    uint32_t count;
    int32_t fd;
    uint16_t events;
};

/* The thread that runs; never NULL once thread_begin was called. */
struct thread *thread_current(void);

/* One thread, this one, with all else forgotten. At the start, in a forked
 * child (`keep`: its masks and stacks), and at exec. */
void thread_begin(bool keep);

/* The thread in that place, 0 to thread_places() - 1; NULL if none is there.
 * For loops over all. */
struct thread *thread_at(unsigned i);
unsigned thread_places(void);

/* How many threads there are. */
unsigned thread_count(void);

/* A thread that is ready, with these registers and the extended state of the
 * one that runs; NULL: there are too many. */
struct thread *thread_make(const struct registers *registers, uint64_t fs);

/* Nobody else could run before this thread acts: it may wait in the keeper. */
bool thread_alone(void);

/* The running thread waits, until `wake_at` at most. Returns CALL_WAITS. For
 * WAIT_FUTEX, _FILE and _POLL the caller has set what is waited for. */
int64_t thread_wait(enum thread_wait what, uint64_t wake_at, int64_t late);

/* When a call that was asked to wait `nanoseconds` shall end: counted from
 * when it was first made, if this is a retry. Negative: NEVER. */
uint64_t thread_deadline(int64_t nanoseconds);

/* Makes a waiting thread ready, with this answer or WOKEN_RETRY. */
void thread_wake(struct thread *thread, int64_t result);

/* Frees the running thread's place. Another must be there. */
void thread_end(void);

/* Chooses who runs, waiting if need be, and changes over to it: its registers
 * come into *program, where those of the one that ran so far are, and it is
 * the current one. Returns the answer of the call that it is in. */
int64_t thread_switch(struct registers *program);

/* Should the running thread let others have a turn now? */
bool thread_is_over(void);

#endif
