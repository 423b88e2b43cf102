/*
 * A record for each thread that waits. It is in two lists: its process's, and
 * while it waits, its file's, in the order in which they came:
 *
 *   inode    first ->  waiter  <->  waiter  <->  waiter  <- last
 *                        |                         |
 *   process  waiters ----+------------------------+
 *
 * One that is woken leaves the file's list and stays in the process's until
 * its token is taken: so a thread that gives up (its time is over) learns
 * whether a wake was its own, and none is lost.
 */
#include "libos/unix/keeper/process/futex.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/content.h"
#include "libos/unix/keeper/files/mapping.h"
#include "libos/unix/keeper/record/pool.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define WAITERS_MAX 16384
#define EACH_MAX 1024 /* threads of a process */

struct waiter {
    uint64_t offset;
    uint32_t inode;          /* held; 0: it is woken */
    uint32_t before, behind; /* in the file's list */
    uint32_t next;           /* in the process's */
    uint32_t token, bits;
    uint32_t process; /* its index */
    uint32_t pad;
};

static struct pool waiters;

static struct waiter *waiter_at(uint32_t number)
{
    return pool_at(&waiters, number);
}

void futex_begin(void)
{
    pool_begin(&waiters, sizeof(struct waiter), WAITERS_MAX);
}

/* Into the file's list, as its last. */
static void enqueue(uint32_t number, uint32_t inode, uint64_t offset)
{
    struct waiter *w = waiter_at(number);
    struct inode *file = inode_at(inode);
    w->inode = inode;
    w->offset = offset;
    w->before = file->last_waiter;
    w->behind = 0;
    if (w->before) {
        waiter_at(w->before)->behind = number;
    } else {
        file->first_waiter = number;
    }
    file->last_waiter = number;
    inode_hold(inode);
}

static void dequeue(uint32_t number)
{
    struct waiter *w = waiter_at(number);
    struct inode *file = inode_at(w->inode);
    if (w->before) {
        waiter_at(w->before)->behind = w->behind;
    } else {
        file->first_waiter = w->behind;
    }
    if (w->behind) {
        waiter_at(w->behind)->before = w->before;
    } else {
        file->last_waiter = w->before;
    }
    inode_drop(w->inode);
    w->inode = 0;
}

/* So many threads of it are woken, and their tokens have not been taken. */
static void tell(struct process *process, uint32_t woken)
{
    process->woken = woken;
    machine_window(process->slot)->woken = woken;
}

/* Takes that one out of the process's list; `before` it is another, or 0. */
static void release(struct process *process, uint32_t before, uint32_t number)
{
    struct waiter *w = waiter_at(number);
    if (before) {
        waiter_at(before)->next = w->next;
    } else {
        process->waiters = w->next;
    }
    process->waiter_count--;
    pool_give(&waiters, number);
}

void futex_forget(struct process *process)
{
    while (process->waiters) {
        if (waiter_at(process->waiters)->inode) {
            dequeue(process->waiters);
        }
        release(process, 0, process->waiters);
    }
    process->woken = 0;
}

/* The word there now: a hole is zeros. */
static uint32_t word_at(uint32_t inode, uint64_t offset)
{
    uint32_t page = content_page(inode_at(inode), offset / KEEPER_PAGE);
    const uint8_t *at = page ? machine_page(page) : NULL;
    return at ? *(const volatile uint32_t *)(const void *)(at +
                                                           offset % KEEPER_PAGE)
              : 0;
}

/* May the process name that word? 0, -EBADF, -EINVAL. */
static int check(const struct process *process, uint64_t number,
                 uint64_t offset)
{
    return !mapping_has(process, number) ? -EBADF : offset % 4 ? -EINVAL : 0;
}

/* Waking and noting are one step each: between the look at the word and the
 * place in the list nobody runs. */
int64_t serve_futex_wait(struct serve *s)
{
    struct process *process = s->process;
    int error = check(process, s->a[0], s->a[1]);
    if (error) {
        return error;
    }
    if (word_at((uint32_t)s->a[0], s->a[1]) != (uint32_t)s->a[2]) {
        return -EAGAIN;
    }
    uint32_t number =
        process->waiter_count < EACH_MAX ? pool_take(&waiters) : 0;
    if (!number) {
        return -ENOMEM;
    }
    struct waiter *w = waiter_at(number);
    w->bits = (uint32_t)s->a[3];
    w->token = (uint32_t)s->a[4];
    w->process = process->index;
    w->next = process->waiters;
    process->waiters = number;
    process->waiter_count++;
    enqueue(number, (uint32_t)s->a[0], s->a[1]);
    return 0;
}

static void wake_waiter(uint32_t number)
{
    struct process *process = process_at(waiter_at(number)->process);
    dequeue(number);
    tell(process, process->woken + 1);
    wait_queue_wake_process(process);
}

/* The next in that list who waits for that word; 0: none. */
static uint32_t next_for(uint32_t number, uint64_t offset)
{
    while (number && waiter_at(number)->offset != offset) {
        number = waiter_at(number)->behind;
    }
    return number;
}

static uint32_t wake_word(uint32_t inode, uint64_t offset, uint64_t most,
                          uint32_t bits)
{
    uint32_t woken = 0;
    uint32_t at = next_for(inode_at(inode)->first_waiter, offset);
    while (at && woken < most) {
        uint32_t behind = waiter_at(at)->behind;
        if (waiter_at(at)->bits & bits) {
            wake_waiter(at);
            woken++;
        }
        at = next_for(behind, offset);
    }
    return woken;
}

int64_t serve_futex_wake(struct serve *s)
{
    int error = check(s->process, s->a[0], s->a[1]);
    if (error) {
        return error;
    }
    return wake_word((uint32_t)s->a[0], s->a[1], s->a[2], (uint32_t)s->a[3]);
}

/* Those who wait now, each once: who is moved to the end of the same list is
 * not met again. */
int64_t serve_futex_move(struct serve *s)
{
    uint32_t from = (uint32_t)s->a[0], to = (uint32_t)s->a[4], moved = 0;
    int error = check(s->process, s->a[0], s->a[1]);
    error = error ? error : check(s->process, s->a[4], s->a[5]);
    if (error) {
        return error;
    }
    uint32_t woken = wake_word(from, s->a[1], s->a[2], UINT32_MAX);
    uint32_t last = inode_at(from)->last_waiter;
    uint32_t at = next_for(inode_at(from)->first_waiter, s->a[1]);
    while (at && moved < s->a[3]) {
        uint32_t behind = at == last ? 0 : waiter_at(at)->behind;
        dequeue(at);
        enqueue(at, to, s->a[5]);
        moved++;
        at = next_for(behind, s->a[1]);
    }
    return (int64_t)woken << 32 | moved;
}

int64_t serve_futex_leave(struct serve *s)
{
    struct process *process = s->process;
    uint32_t before = 0, at = process->waiters;
    while (at && waiter_at(at)->token != (uint32_t)s->a[0]) {
        before = at;
        at = waiter_at(at)->next;
    }
    if (!at) {
        return -EBADF;
    }
    bool woken = !waiter_at(at)->inode;
    if (woken) {
        tell(process, process->woken - 1);
    } else {
        dequeue(at);
    }
    release(process, before, at);
    return woken;
}

int64_t serve_futex_woken(struct serve *s)
{
    struct process *process = s->process;
    uint32_t before = 0, at = process->waiters, count = 0;
    while (at && count < s->a[1]) {
        uint32_t next = waiter_at(at)->next;
        if (waiter_at(at)->inode) {
            before = at;
        } else {
            memcpy((uint8_t *)s->at[0] + count++ * sizeof(uint32_t),
                   &waiter_at(at)->token, sizeof(uint32_t));
            release(process, before, at);
        }
        at = next;
    }
    tell(process, process->woken - count);
    return count;
}
