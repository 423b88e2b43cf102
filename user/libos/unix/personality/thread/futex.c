/*
 * A word is one of two things, and so is whoever waits for it: an address,
 * where all that wait are threads here (WAIT_FUTEX), or a place in a file
 * that several have mapped, where the keeper has the list (WAIT_SHARED).
 */
#include "libos/unix/personality/thread/futex.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/thread/clock.h"

#define ALL_BITS UINT32_MAX
#define ROBUST_MAX 2048 /* locks of one thread that are looked at */
#define OWNER_MASK 0x3fffffffu
#define OWNER_DIED 0x40000000u
#define TOKENS 64 /* taken at once */

struct word {
    uint64_t va;
    uint32_t file;   /* that several have mapped; 0: it is ours alone */
    uint64_t offset; /* in that file */
};

static struct word word_of(uint64_t va, bool private)
{
    struct word word = {va, 0, 0};
    struct region r;
    if (!private && region_find(va, &r) && (r.flags & REGION_SHARED)) {
        word.file = r.file;
        word.offset = region_page(&r, va) * PAGE + va % PAGE;
    }
    return word;
}

static uint32_t wake(const struct word *word, uint32_t count, uint32_t bits)
{
    struct thread *t;
    uint32_t woken = 0;
    if (word->file) {
        int64_t answer =
            request4(KEEPER_FUTEX_WAKE, word->file, word->offset, count, bits);
        return answer < 0 ? 0 : (uint32_t)answer;
    }
    for (unsigned i = 0; i < thread_places() && woken < count; i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS &&
            t->wait == WAIT_FUTEX && t->key == word->va && (t->bits & bits)) {
            thread_wake(t, 0);
            woken++;
        }
    }
    return woken;
}

/* The kernel's own wakes are never private. */
static void wake_at(uint64_t va, uint32_t count)
{
    struct word word = word_of(va, false);
    wake(&word, count, ALL_BITS);
}

void futex_collect(void)
{
    const uint32_t *tokens = request_data_at(0);
    struct thread *t;
    while (host_window()->woken) {
        int64_t count = request2(KEEPER_FUTEX_WOKEN, 0, TOKENS);
        for (unsigned i = 0; i < thread_places(); i++) {
            for (int64_t n = 0; (t = thread_at(i)) != 0 && n < count; n++) {
                if (t->tid == (int32_t)tokens[n] && t->wait == WAIT_SHARED &&
                    t->state == THREAD_WAITS) {
                    thread_wake(t, 0);
                }
            }
        }
    }
}

void futex_interrupt(struct thread *thread, int64_t result)
{
    if (thread->wait == WAIT_SHARED &&
        request1(KEEPER_FUTEX_LEAVE, thread->tid) > 0) {
        result = 0;
    }
    thread_wake(thread, result);
}

static int64_t wait_for(const struct word *word, uint32_t expected,
                        uint32_t bits, uint64_t deadline)
{
    uint32_t now;
    struct thread *t = thread_current();
    if (uaccess_read(&now, word->va, sizeof(now))) {
        return -EFAULT;
    }
    if (now != expected) {
        return -EAGAIN;
    }
    if (deadline <= host_now()) {
        return -ETIMEDOUT;
    }
    if (!word->file) {
        t->key = word->va;
        t->bits = bits;
        return thread_wait(WAIT_FUTEX, deadline, -ETIMEDOUT);
    }
    int64_t error = request(KEEPER_FUTEX_WAIT, word->file, word->offset,
                            expected, bits, (uint64_t)t->tid, 0);
    return error ? error : thread_wait(WAIT_SHARED, deadline, -ETIMEDOUT);
}

static int64_t call_wait(const uint64_t *a, unsigned operation,
                         const struct word *word)
{
    int64_t error, time = clock_timeout(a[3], &error);
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
    return wait_for(word, (uint32_t)a[2], bits, thread_deadline(time));
}

/* From an address to an address. */
static uint32_t move(uint64_t from, uint64_t to, uint32_t limit)
{
    struct thread *t;
    uint32_t moved = 0;
    for (unsigned i = 0; i < thread_places() && moved < limit; i++) {
        if ((t = thread_at(i)) != 0 && t->state == THREAD_WAITS &&
            t->wait == WAIT_FUTEX && t->key == from) {
            t->key = to;
            moved++;
        }
    }
    return moved;
}

/* Who waits here cannot wait in the keeper instead, nor the other way round:
 * then it is woken, as every wait may be. */
static int64_t requeue(const uint64_t *a, bool compare, bool private)
{
    uint32_t now, count = (uint32_t)a[2], limit = (uint32_t)a[3];
    struct word from = word_of(a[0], private), to = word_of(a[4], private);
    if ((int32_t)count < 0 || (int32_t)limit < 0 || a[4] % 4) {
        return -EINVAL;
    }
    if (uaccess_read(&now, from.va, sizeof(now))) {
        return -EFAULT;
    }
    if (compare && now != (uint32_t)a[5]) {
        return -EAGAIN;
    }
    uint64_t moved = 0, woken;
    if (from.file && to.file) {
        int64_t both = request(KEEPER_FUTEX_MOVE, from.file, from.offset, count,
                               limit, to.file, to.offset);
        woken = both < 0 ? 0 : (uint64_t)both >> 32;
        moved = both < 0 ? 0 : (uint32_t)both;
    } else if (from.file || to.file) {
        woken = wake(&from, count + limit, ALL_BITS);
    } else {
        woken = wake(&from, count, ALL_BITS);
        moved = move(from.va, to.va, limit);
    }
    return (int64_t)(woken + moved);
}

int64_t call_futex(const uint64_t *a)
{
    uint32_t now;
    bool private = a[1] & FUTEX_PRIVATE_FLAG;
    unsigned operation =
        a[1] & ~(uint64_t)(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    if (a[0] % 4) {
        return -EINVAL;
    }
    /* What may be in a file is looked at: it may end before that. */
    if (private ? a[0] >= HOST_END
                : uaccess_read(&now, a[0], sizeof(now)) != 0) {
        return -EFAULT;
    }
    struct word word = word_of(a[0], private);
    switch (operation) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
        return call_wait(a, operation, &word);
    case FUTEX_WAKE:
        return wake(&word, (uint32_t)a[2], ALL_BITS);
    case FUTEX_WAKE_BITSET:
        return (uint32_t)a[5]
                   ? (int64_t)wake(&word, (uint32_t)a[2], (uint32_t)a[5])
                   : -EINVAL;
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
        return requeue(a, operation == FUTEX_CMP_REQUEUE, private);
    default:
        return -ENOSYS;
    }
}

/* A lock whose owner ends: its word says so, and one who waits may have it. */
static void lock_died(const struct thread *owner, uint64_t lock, int64_t offset)
{
    uint32_t word;
    uint64_t at = lock + (uint64_t)offset;
    if (uaccess_read(&word, at, sizeof(word)) ||
        (word & OWNER_MASK) != (uint32_t)owner->tid) {
        return;
    }
    word = (word & ~OWNER_MASK) | OWNER_DIED;
    if (!uaccess_write(at, &word, sizeof(word))) {
        wake_at(at, 1);
    }
}

/* The list ends where it begins. */
static void locks_died(struct thread *t)
{
    struct {
        uint64_t next;
        int64_t offset;
        uint64_t pending;
    } head;
    if (!t->robust || uaccess_read(&head, t->robust, sizeof(head))) {
        return;
    }
    uint64_t lock = head.next;
    for (unsigned i = 0; i < ROBUST_MAX && lock && lock != t->robust; i++) {
        uint64_t next;
        if (uaccess_read(&next, lock & ~1ull, sizeof(next))) {
            break;
        }
        lock_died(t, lock & ~1ull, head.offset);
        lock = next;
    }
    if (head.pending) {
        lock_died(t, head.pending & ~1ull, head.offset);
    }
    t->robust = 0;
}

void futex_leave(void)
{
    struct thread *t = thread_current();
    uint32_t zero = 0;
    locks_died(t);
    if (t->clear_tid && !uaccess_write(t->clear_tid, &zero, sizeof(zero))) {
        wake_at(t->clear_tid, 1);
    }
}

void futex_leave_all(void)
{
    struct thread *t;
    for (unsigned i = 0; region_was_shared() && i < thread_places(); i++) {
        if ((t = thread_at(i)) != 0) {
            locks_died(t);
        }
    }
}
