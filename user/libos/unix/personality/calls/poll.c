/*
 * poll and select. select is poll of the files in its sets, with the answer
 * translated back: the keeper knows one of them only. With other threads to run
 * the thread waits here, and idle.c asks for all of them together; select,
 * whose list is not in the program's memory, looks again every SLICE instead.
 */
#include "libos/unix/personality/calls/poll.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/thread/clock.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

#define FILES_MAX 1024 /* as many as a process can have open */
#define SET_WORDS (FILES_MAX / 64)
#define SECOND 1000000000ll
#define SETS 3 /* to read, to write, exceptional */

static const int16_t events_in[SETS] = {POLLIN, POLLOUT, POLLPRI};
static const int16_t events_out[SETS] = {POLLIN | POLLHUP | POLLERR,
                                         POLLOUT | POLLERR, POLLPRI};

/* Takes a mask for the time of this call. 0; -EINVAL, -EFAULT. */
static int64_t take_mask(uint64_t at, uint64_t size)
{
    uint64_t mask;
    if (!at) {
        return 0;
    }
    if (size != sizeof(mask)) {
        return -EINVAL;
    }
    if (uaccess_read(&mask, at, sizeof(mask))) {
        return -EFAULT;
    }
    signal_mask_meanwhile(mask);
    return 0;
}

/* What is left of the time until the deadline, for a request. */
static int64_t time_left(uint64_t deadline)
{
    uint64_t now = host_now();
    return deadline == NEVER ? -1
           : deadline > now  ? (int64_t)(deadline - now)
                             : 0;
}

static int64_t poll_until(uint64_t at, uint64_t count, uint64_t deadline)
{
    struct thread *t = thread_current();
    uint64_t bytes = count * sizeof(struct pollfd);
    if (count > FILES_MAX) {
        return -EINVAL;
    }
    if (!uaccess_may_look(at, bytes) ||
        uaccess_read(request_data(), at, bytes)) {
        return -EFAULT;
    }
    bool alone = thread_alone();
    int64_t ready =
        request3(SYS_poll, 0, count, alone ? time_left(deadline) : 0);
    if (ready == 0 && !alone && time_left(deadline) != 0) {
        t->key = at;
        t->count = (uint32_t)count;
        return thread_wait(WAIT_POLL, deadline, WOKEN_RETRY);
    }
    if (ready >= 0 && uaccess_write(at, request_data(), bytes)) {
        return -EFAULT;
    }
    return ready;
}

int64_t call_poll(const uint64_t *a)
{
    int64_t milliseconds = (int32_t)a[2];
    int64_t time = milliseconds < 0 ? -1 : milliseconds * 1000000;
    return poll_until(a[0], a[1] & UINT32_MAX, thread_deadline(time));
}

int64_t call_ppoll(const uint64_t *a)
{
    int64_t error, time = clock_timeout(a[2], &error);
    error = error ? error : take_mask(a[3], a[4]);
    return error ? error
                 : poll_until(a[0], a[1] & UINT32_MAX, thread_deadline(time));
}

struct sets {
    uint64_t words[SETS][SET_WORDS];
};

static bool has(const struct sets *sets, unsigned set, unsigned fd)
{
    return sets->words[set][fd / 64] >> fd % 64 & 1;
}

/* struct pollfd for each file in a set; returns how many. */
static unsigned sets_to_files(const struct sets *sets, unsigned fds)
{
    struct pollfd *files = request_data_at(0);
    unsigned count = 0;
    for (unsigned fd = 0; fd < fds; fd++) {
        int16_t events = 0;
        for (unsigned set = 0; set < SETS; set++) {
            events |= has(sets, set, fd) ? events_in[set] : 0;
        }
        if (events) {
            files[count++] = (struct pollfd){(int)fd, events, 0};
        }
    }
    return count;
}

/* And back; returns how many bits are set, or -EBADF. */
static int64_t files_to_sets(struct sets *sets, unsigned count)
{
    const struct pollfd *files = request_data_at(0);
    struct sets found;
    int64_t bits = 0;
    memset(&found, 0, sizeof(found));
    for (unsigned i = 0; i < count; i++) {
        unsigned fd = (unsigned)files[i].fd % FILES_MAX;
        if (files[i].revents & POLLNVAL) {
            return -EBADF;
        }
        for (unsigned set = 0; set < SETS; set++) {
            if (has(sets, set, fd) && (files[i].revents & events_out[set])) {
                found.words[set][fd / 64] |= 1ull << fd % 64;
                bits++;
            }
        }
    }
    *sets = found;
    return bits;
}

/* Nanoseconds until select looks again, with other threads to run: its list of
 * files is not in the program's memory, so idle.c cannot ask for it. */
#define SLICE 1000000

static int64_t select_ready(struct sets *sets, unsigned fds, uint64_t deadline)
{
    bool alone = thread_alone();
    unsigned count = sets_to_files(sets, fds);
    int64_t ready =
        request3(SYS_poll, 0, count, alone ? time_left(deadline) : 0);
    if (ready == 0 && !alone && time_left(deadline) != 0) {
        uint64_t soon = host_now() + SLICE;
        return thread_wait(WAIT_TIME, deadline < soon ? deadline : soon,
                           WOKEN_RETRY);
    }
    return ready < 0 ? ready : files_to_sets(sets, count);
}

static int64_t select_until(const uint64_t *a, uint64_t deadline)
{
    static struct sets sets;
    uint64_t fds = a[0] & UINT32_MAX;
    if ((int32_t)a[0] < 0) {
        return -EINVAL;
    }
    fds = fds < FILES_MAX ? fds : FILES_MAX;
    uint64_t bytes = (fds + 63) / 64 * 8;
    memset(&sets, 0, sizeof(sets));
    for (unsigned set = 0; set < SETS; set++) {
        if (a[1 + set] && uaccess_read(sets.words[set], a[1 + set], bytes)) {
            return -EFAULT;
        }
    }
    int64_t ready = select_ready(&sets, (unsigned)fds, deadline);
    for (unsigned set = 0; ready >= 0 && set < SETS; set++) {
        if (a[1 + set] && uaccess_write(a[1 + set], sets.words[set], bytes)) {
            return -EFAULT;
        }
    }
    return ready;
}

int64_t call_select(const uint64_t *a)
{
    int64_t time[2] = {0, 0}, wait = -1;
    if (a[4]) {
        if (uaccess_read(time, a[4], sizeof(time))) {
            return -EFAULT;
        }
        if (time[0] < 0 || time[1] < 0) {
            return -EINVAL;
        }
        wait = time[0] >= INT64_MAX / SECOND / 2
                   ? INT64_MAX
                   : time[0] * SECOND + time[1] % 1000000 * 1000 +
                         time[1] / 1000000 * SECOND;
    }
    return select_until(a, thread_deadline(wait));
}

int64_t call_pselect6(const uint64_t *a)
{
    uint64_t mask[2] = {0, 0};
    int64_t error, time = clock_timeout(a[4], &error);
    if (!error && a[5]) {
        error = uaccess_read(mask, a[5], sizeof(mask));
    }
    error = error ? error : take_mask(mask[0], mask[1]);
    return error ? error : select_until(a, thread_deadline(time));
}
