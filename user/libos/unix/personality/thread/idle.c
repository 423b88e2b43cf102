/*
 * When no thread can run, the process waits in the keeper for all that its
 * threads wait for, in one request: files by poll, else a pause; the nearest
 * deadline; a signal. While others run, the keeper is asked now and then
 * without waiting.
 *
 *   thread A: file 3, POLLIN      \
 *   thread B: poll of 4 and 5      >  one SYS_poll of 3, 4, 5, until C's time
 *   thread C: until a time        /
 *
 * The answer is not handed to the threads: those whose files have something
 * make their call again and see for themselves.
 */
#include "libos/unix/personality/thread/idle.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/thread/futex.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

#define POLLS_MAX (WINDOW_DATA / sizeof(struct pollfd))
#define LOOK_EVERY 10000000 /* nanoseconds, while other threads run */

static uint64_t looked; /* when the keeper was last asked */

/* Puts the files that the thread waits for into the request, from place n;
 * returns how many there are then. */
static unsigned gather(struct thread *t, unsigned n)
{
    struct pollfd *files = request_data_at(0);
    if (t->wait == WAIT_FILE && n < POLLS_MAX) {
        files[n++] = (struct pollfd){t->fd, (int16_t)t->events, 0};
    } else if (t->wait == WAIT_POLL) {
        if (n + t->count <= POLLS_MAX &&
            !uaccess_read(&files[n], t->key, t->count * sizeof(*files))) {
            n += t->count;
        } else { /* its call shall see for itself */
            t->count = 0;
            t->wake_at = 0;
            t->late = WOKEN_RETRY;
        }
    }
    return n;
}

/* Wakes those whose files have something, by the answer to the request that
 * gather() made. */
static void wake_ready(void)
{
    const struct pollfd *files = request_data_at(0);
    struct thread *t;
    for (unsigned i = 0, n = 0; i < thread_places(); i++) {
        if (!(t = thread_at(i)) || t->state != THREAD_WAITS ||
            (t->wait != WAIT_FILE && t->wait != WAIT_POLL)) {
            continue;
        }
        bool ready = false;
        for (unsigned k = t->wait == WAIT_FILE ? 1 : t->count; k > 0; k--) {
            ready = ready || files[n++ % POLLS_MAX].revents != 0;
        }
        if (ready) {
            thread_wake(t, WOKEN_RETRY);
        }
    }
}

/* A signal came: the first thread that does not block it is interrupted. */
static void interrupt(void)
{
    struct thread *t;
    uint64_t common = host_window()->pending;
    for (unsigned i = 0; i < thread_places(); i++) {
        if (!(t = thread_at(i)) || t->state != THREAD_WAITS) {
            continue;
        }
        if ((common | t->pending) & t->takes) {
            common &= ~t->takes;
            thread_wake(t, WOKEN_RETRY);
        } else if ((common | t->pending) & ~t->blocked) {
            common &= t->blocked;
            futex_interrupt(t, -EINTR);
        }
    }
}

/* Waits in the keeper, `most` nanoseconds at most, or -1; 0: only looks. */
static void ask_keeper(int64_t most)
{
    unsigned files = 0;
    struct thread *t;
    looked = host_now();
    signal_publish();
    for (unsigned i = 0; i < thread_places(); i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS) {
            files = gather(t, files);
        }
    }
    int64_t answer = files
                         ? request3(SYS_poll, 0, files, most)
                         : request2(KEEPER_PAUSE, host_window()->blocked, most);
    if (answer > 0) {
        wake_ready();
    } else if (answer == -EINTR) {
        interrupt();
    }
}

void idle_look(void)
{
    struct thread *t;
    bool files = false;
    futex_collect();
    for (unsigned i = 0; i < thread_places(); i++) {
        if (!(t = thread_at(i)) || t->state != THREAD_WAITS) {
            continue;
        }
        if (t->pending & t->takes) {
            thread_wake(t, WOKEN_RETRY);
        } else if (t->pending & ~t->blocked) {
            futex_interrupt(t, -EINTR);
        } else if (t->wake_at != NEVER && t->wake_at <= host_now()) {
            futex_interrupt(t, t->late);
        } else {
            files = files || t->wait == WAIT_FILE || t->wait == WAIT_POLL;
        }
    }
    if (files && host_now() - looked >= LOOK_EVERY) {
        ask_keeper(0);
    }
}

void idle_wait(void)
{
    uint64_t deadline = NEVER, now = host_now();
    struct thread *t;
    for (unsigned i = 0; i < thread_places(); i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS &&
            t->wake_at < deadline) {
            deadline = t->wake_at;
        }
    }
    ask_keeper(deadline == NEVER ? -1
               : deadline > now  ? (int64_t)(deadline - now)
                                 : 0);
    idle_look();
}
