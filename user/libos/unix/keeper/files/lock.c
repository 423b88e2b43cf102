/*
 * Locks are in a list of their inode, each a range of bytes with an owner: a
 * process (fcntl's), a file description (F_OFD_...), or a description for
 * flock, whose locks are of whole files and see only each other.
 *
 * Setting a range takes it out of the owner's other locks first, so that they
 * never overlap:
 *
 *   had     |--------- read ---------|
 *   set             |-- write --|
 *   has     |-read--|-- write --|-read-|     two records more
 *
 * Both are made sure of before anything is changed. Locks only advise: nobody
 * is kept from reading or writing. A deadlock of two that wait is not found.
 */
#include "libos/unix/keeper/files/lock.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/descriptor.h"
#include "libos/unix/keeper/files/vnode.h"
#include "libos/unix/keeper/record/pool.h"
#include "libos/unix/keeper/record/wait_queue.h"

#define FOREVER INT64_MAX /* the last byte of a lock without an end */

enum { OF_PROCESS, OF_OPEN, OF_FLOCK };

struct lock {
    uint32_t next;  /* on the same inode */
    uint32_t owner; /* a pid, or an open file */
    uint8_t kind;   /* OF_... */
    uint8_t write;  /* excludes others; else only those that write */
    uint16_t pad;
    int32_t pid;         /* who asked for it */
    int64_t start, last; /* bytes, both counted */
};

static struct pool locks;

void lock_begin(void)
{
    pool_begin(&locks, sizeof(struct lock), LOCKS_MAX);
}

uint32_t lock_count(void)
{
    return locks.used;
}

static struct lock *lock_at(uint32_t lock)
{
    return pool_at(&locks, lock);
}

/* Removes all of an owner's. */
static void lock_remove(uint32_t inode, unsigned kind, uint32_t owner)
{
    uint32_t *link = &inode_at(inode)->locks;
    bool removed = false;
    while (*link) {
        uint32_t number = *link;
        struct lock *lock = lock_at(number);
        if (lock->kind == kind && lock->owner == owner) {
            *link = lock->next;
            pool_give(&locks, number);
            removed = true;
        } else {
            link = &lock->next;
        }
    }
    if (removed) {
        wait_queue_wake(WAIT_LOCK, inode);
    }
}

void lock_release(uint32_t inode, uint32_t pid)
{
    if (inode_at(inode)->locks) {
        lock_remove(inode, OF_PROCESS, pid);
    }
}

void lock_close(uint32_t inode, uint32_t open)
{
    if (inode_at(inode)->locks) {
        lock_remove(inode, OF_OPEN, open);
        lock_remove(inode, OF_FLOCK, open);
    }
}

/* The first lock of somebody else that excludes this one; 0 if none does. */
static uint32_t lock_against(uint32_t inode, const struct lock *wanted)
{
    uint32_t number = inode_at(inode)->locks;
    while (number) {
        const struct lock *lock = lock_at(number);
        bool flocks = lock->kind == OF_FLOCK, wants = wanted->kind == OF_FLOCK;
        bool mine = lock->kind == wanted->kind && lock->owner == wanted->owner;
        if (flocks == wants && !mine && (lock->write || wanted->write) &&
            lock->start <= wanted->last && wanted->start <= lock->last) {
            return number;
        }
        number = lock->next;
    }
    return 0;
}

static void lock_add(uint32_t inode, const struct lock *wanted)
{
    uint32_t number = pool_take(&locks);
    struct lock *lock = lock_at(number);
    *lock = *wanted;
    lock->next = inode_at(inode)->locks;
    inode_at(inode)->locks = number;
}

/* Takes a range out of its owner's locks. What of one is left before it and
 * behind it stays: two of one, which needs one more. */
static void lock_clear(uint32_t inode, const struct lock *range)
{
    uint32_t *link = &inode_at(inode)->locks;
    while (*link) {
        uint32_t number = *link;
        struct lock *lock = lock_at(number), rest = *lock;
        if (lock->kind != range->kind || lock->owner != range->owner ||
            lock->start > range->last || lock->last < range->start) {
            link = &lock->next;
            continue;
        }
        bool before = lock->start < range->start;
        bool behind = lock->last > range->last;
        if (before && behind) {
            lock->last = range->start - 1;
            rest.start = range->last + 1;
            lock_add(inode, &rest);
            return;
        }
        if (before) {
            lock->last = range->start - 1;
        } else if (behind) {
            lock->start = range->last + 1;
        } else {
            *link = lock->next;
            pool_give(&locks, number);
            continue;
        }
        link = &lock->next;
    }
}

/* Sets or, with F_UNLCK, clears: two more records are enough. */
static int64_t lock_set(uint32_t inode, const struct lock *wanted, bool clear)
{
    if (locks.used + 2 > LOCKS_MAX || machine_pages_free() < 4) {
        return -ENOLCK;
    }
    lock_clear(inode, wanted);
    if (!clear) {
        lock_add(inode, wanted);
    }
    wait_queue_wake(WAIT_LOCK, inode);
    return 0;
}

/* The bytes that a struct flock speaks of. */
static int lock_range(const struct description *open, const struct flock *from,
                      struct lock *to)
{
    int64_t start = from->l_start, base = 0;
    if (from->l_whence == SEEK_CUR) {
        base = (int64_t)open->position;
    } else if (from->l_whence == SEEK_END) {
        base = (int64_t)inode_at(open->vnode)->size;
    } else if (from->l_whence != SEEK_SET) {
        return -EINVAL;
    }
    if (start > FOREVER - base) {
        return -EOVERFLOW;
    }
    start += base;
    if (start < 0) {
        return -EINVAL;
    }
    to->last = FOREVER;
    if (from->l_len > 0) {
        if (from->l_len - 1 > FOREVER - start) {
            return -EOVERFLOW;
        }
        to->last = start + (from->l_len - 1);
    } else if (from->l_len < 0) {
        if (from->l_len < -start) {
            return -EINVAL;
        }
        to->last = start - 1;
        start += from->l_len;
    }
    to->start = start;
    return 0;
}

static int64_t lock_get(uint32_t inode, const struct lock *wanted,
                        struct flock *answer)
{
    uint32_t against = lock_against(inode, wanted);
    answer->l_type = F_UNLCK;
    if (against) {
        const struct lock *lock = lock_at(against);
        answer->l_type = lock->write ? F_WRLCK : F_RDLCK;
        answer->l_whence = SEEK_SET;
        answer->l_start = lock->start;
        answer->l_len =
            lock->last == FOREVER ? 0 : lock->last - lock->start + 1;
        answer->l_pid = lock->kind == OF_OPEN ? -1 : lock->pid;
    }
    return 0;
}

int64_t lock_fcntl(struct serve *s)
{
    uint32_t number = descriptor_get(s->process, s->a[0]);
    uint32_t command = (uint32_t)s->a[1];
    struct flock *at = serve_at(s, 2, sizeof(*at)), flock;
    if (!at) {
        return -EFAULT;
    }
    memcpy(&flock, at, sizeof(flock));
    const struct description *open = description_at(number);
    unsigned mode = open->flags & O_ACCMODE;
    bool of_open = command >= F_OFD_GETLK;
    bool gets = command == F_GETLK || command == F_OFD_GETLK;
    struct lock wanted = {0};
    wanted.kind = of_open ? OF_OPEN : OF_PROCESS;
    wanted.owner = of_open ? number : s->process->pid;
    wanted.pid = (int32_t)s->process->pid;
    wanted.write = flock.l_type == F_WRLCK;
    if (flock.l_type < F_RDLCK || flock.l_type > F_UNLCK ||
        (of_open && flock.l_pid) || (gets && flock.l_type == F_UNLCK)) {
        return -EINVAL;
    }
    int error =
        open->kind != OPEN_FILE ? -EINVAL : lock_range(open, &flock, &wanted);
    if (error) {
        return error;
    }
    if (gets) {
        lock_get(open->vnode, &wanted, &flock);
        memcpy(at, &flock, sizeof(flock));
        return 0;
    }
    if ((flock.l_type == F_RDLCK && mode == O_WRONLY) ||
        (flock.l_type == F_WRLCK && mode == O_RDONLY)) {
        return -EBADF;
    }
    if (flock.l_type != F_UNLCK && lock_against(open->vnode, &wanted)) {
        bool waits = command == F_SETLKW || command == F_OFD_SETLKW;
        return waits ? serve_wait(s, WAIT_LOCK, open->vnode) : -EAGAIN;
    }
    return lock_set(open->vnode, &wanted, flock.l_type == F_UNLCK);
}

int64_t serve_flock(struct serve *s)
{
    uint32_t number = descriptor_get(s->process, s->a[0]);
    const struct description *open = number ? description_at(number) : NULL;
    uint64_t how = s->a[1] & ~(uint64_t)LOCK_NB;
    if (!open || open->kind == OPEN_PATH) {
        return -EBADF;
    }
    if (how != LOCK_SH && how != LOCK_EX && how != LOCK_UN) {
        return -EINVAL;
    }
    if (open->vnode & VNODE_PROC) {
        return 0; /* nobody else can have this one */
    }
    struct lock wanted = {.owner = number,
                          .kind = OF_FLOCK,
                          .write = how == LOCK_EX,
                          .pid = (int32_t)s->process->pid,
                          .last = FOREVER};
    if (how != LOCK_UN && lock_against(open->vnode, &wanted)) {
        lock_remove(open->vnode, OF_FLOCK, number); /* as Linux has it */
        return s->a[1] & LOCK_NB ? -EAGAIN
                                 : serve_wait(s, WAIT_LOCK, open->vnode);
    }
    return lock_set(open->vnode, &wanted, how == LOCK_UN);
}
