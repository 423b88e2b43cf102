#include "libos/unix/futex.h"

#include "libos/unix/abi.h"
#include "libos/unix/clock.h"
#include "libos/unix/host.h"
#include "libos/unix/poll.h"
#include "libos/unix/regions.h"
#include "libos/unix/thread.h"
#include "libos/unix/user.h"

#define SLICE 1000000 /* nanoseconds */
#define ALL_BITS UINT32_MAX
#define ROBUST_MAX 2048 /* locks of one thread that are looked at */
#define OWNER_MASK 0x3fffffffu
#define OWNER_DIED 0x40000000u

unsigned futex_wake(uint64_t key, uint32_t count, uint32_t bits)
{
    struct thread *t;
    unsigned woken = 0;
    for (unsigned i = 0; i < thread_places() && woken < count; i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS &&
            t->wait == WAIT_FUTEX && t->key == key && (t->bits & bits)) {
            thread_wake(t, 0);
            woken++;
        }
    }
    return woken;
}

static bool is_shared(uint64_t va)
{
    struct region r;
    return region_find(va, &r) && (r.flags & REGION_SHARED);
}

/* The word is looked at once more by a retry, so it has to be what it was. */
static int64_t wait_for(uint64_t key, uint32_t expected, uint32_t bits,
                        uint64_t deadline)
{
    uint32_t word;
    struct thread *t = thread_current();
    if (user_read(&word, key, sizeof(word))) {
        return -EFAULT;
    }
    if (word != expected) {
        return -EAGAIN;
    }
    if (deadline <= host_now()) {
        return -ETIMEDOUT;
    }
    t->key = key;
    t->bits = bits;
    uint64_t soon = host_now() + SLICE;
    if (is_shared(key) && soon < deadline) {
        return thread_wait(WAIT_FUTEX, soon, WOKEN_RETRY);
    }
    return thread_wait(WAIT_FUTEX, deadline, -ETIMEDOUT);
}

static int64_t call_wait(const uint64_t *a, unsigned operation)
{
    int64_t error, time = poll_time(a[3], &error);
    uint32_t bits = operation == FUTEX_WAIT ? ALL_BITS : (uint32_t)a[5];
    if (error || !bits) {
        return error ? error : -EINVAL;
    }
    if (time >= 0 && operation == FUTEX_WAIT_BITSET) { /* absolute */
        uint64_t base =
            a[1] & FUTEX_CLOCK_REALTIME ? host_window()->clock_base : 0;
        uint64_t now = host_now() + base;
        time = (uint64_t)time > now ? time - (int64_t)now : 0;
    }
    return wait_for(a[0], (uint32_t)a[2], bits, thread_deadline(time));
}

static int64_t requeue(const uint64_t *a, unsigned operation)
{
    uint32_t word, moved = 0, limit = (uint32_t)a[3];
    struct thread *t;
    if ((int32_t)a[2] < 0 || (int32_t)a[3] < 0 || a[4] % 4) {
        return -EINVAL;
    }
    if (user_read(&word, a[0], sizeof(word))) {
        return -EFAULT;
    }
    if (operation == FUTEX_CMP_REQUEUE && word != (uint32_t)a[5]) {
        return -EAGAIN;
    }
    unsigned woken = futex_wake(a[0], (uint32_t)a[2], ALL_BITS);
    for (unsigned i = 0; i < thread_places() && moved < limit; i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS &&
            t->wait == WAIT_FUTEX && t->key == a[0]) {
            t->key = a[4];
            moved++;
        }
    }
    return operation == FUTEX_CMP_REQUEUE ? woken + moved : woken;
}

int64_t call_futex(const uint64_t *a)
{
    unsigned operation =
        a[1] & ~(uint64_t)(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    if (a[0] % 4) {
        return -EINVAL;
    }
    switch (operation) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
        return call_wait(a, operation);
    case FUTEX_WAKE:
        return user_range(a[0], 4)
                   ? (int64_t)futex_wake(a[0], (uint32_t)a[2], ALL_BITS)
                   : -EFAULT;
    case FUTEX_WAKE_BITSET:
        return a[5] & ALL_BITS
                   ? (int64_t)futex_wake(a[0], (uint32_t)a[2], (uint32_t)a[5])
                   : -EINVAL;
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
        return requeue(a, operation);
    default:
        return -ENOSYS;
    }
}

/* A lock whose owner ends: its word says so, and one who waits may have it. */
static void lock_died(uint64_t lock, int64_t offset)
{
    uint32_t word;
    uint64_t at = lock + (uint64_t)offset;
    if (user_read(&word, at, sizeof(word)) ||
        (word & OWNER_MASK) != (uint32_t)thread_current()->tid) {
        return;
    }
    word = (word & ~OWNER_MASK) | OWNER_DIED;
    if (!user_write(at, &word, sizeof(word))) {
        futex_wake(at, 1, ALL_BITS);
    }
}

void futex_leave(void)
{
    struct thread *t = thread_current();
    struct {
        uint64_t next;
        int64_t offset;
        uint64_t pending;
    } head;
    uint32_t zero = 0;
    if (t->robust && !user_read(&head, t->robust, sizeof(head))) {
        uint64_t lock = head.next;
        for (unsigned i = 0; i < ROBUST_MAX && lock && lock != t->robust; i++) {
            uint64_t next;
            if (user_read(&next, lock & ~1ull, sizeof(next))) {
                break;
            }
            lock_died(lock & ~1ull, head.offset);
            lock = next;
        }
        if (head.pending) {
            lock_died(head.pending & ~1ull, head.offset);
        }
    }
    if (t->clear_tid && !user_write(t->clear_tid, &zero, sizeof(zero))) {
        futex_wake(t->clear_tid, 1, ALL_BITS);
    }
}
