/*
 * mremap: a mapping becomes shorter, longer, or lies elsewhere. Moving takes
 * the pages' entries along, not their content. If that fails half way for want
 * of a table, what has been moved is lost with the place it was moved to: the
 * call answers -ENOMEM, and the program has been told.
 */
#include "libos/unix/personality/memory/memory.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/memory/regions.h"

#define ROOM 6

struct remap {
    uint64_t from, old, to, new; /* addresses and lengths */
    struct region region;        /* that it is a part of */
};

/* Longer by zeros behind it, if nothing is there. */
static int64_t grow(const struct remap *m)
{
    uint64_t end = m->from + m->old;
    int64_t error = host_map(end, m->new - m->old, m->region.rights);
    if (!error) {
        region_add(end, m->from + m->new, m->region.rights, m->region.flags);
    }
    return error;
}

/* To m->to, where nothing is any more; longer by zeros if need be. */
static int64_t move(const struct remap *m)
{
    uint64_t kept = m->new < m->old ? m->new : m->old;
    int64_t error = 0;
    if (m->new > m->old) {
        error = host_map(m->to + m->old, m->new - m->old, m->region.rights);
    }
    if (!error) {
        error = host_move(m->from, m->to, kept);
    }
    if (error) {
        host_unmap(m->to, m->new);
        return error;
    }
    if (m->old > kept) {
        host_unmap(m->from + kept, m->old - kept);
    }
    region_remove(m->from, m->from + m->old);
    struct region r = m->region;
    r.first = region_page(&r, m->from);
    r.start = m->to;
    r.end = m->to + m->new;
    region_enter(r);
    return (int64_t)m->to;
}

/* To an address of the program's choice. */
static int64_t move_fixed(const struct remap *m)
{
    if (!memory_may(m->to, m->new) ||
        (m->to < m->from + m->old && m->from < m->to + m->new)) {
        return -EINVAL;
    }
    if (!memory_is_free(m->to, m->new)) {
        memory_take_away(m->to, m->new);
    }
    return move(m);
}

int64_t call_mremap(const uint64_t *a)
{
    struct remap m = {
        a[0], PAGE_UP(a[1]), a[4], PAGE_UP(a[2]), {0, 0, 0, 0, 0, 0}};
    uint64_t flags = a[3];
    if ((flags & ~(uint64_t)(MREMAP_MAYMOVE | MREMAP_FIXED)) ||
        flags == MREMAP_FIXED || m.old == 0 || m.new == 0 ||
        !memory_may(m.from, m.old)) {
        return -EINVAL;
    }
    if (!region_find(m.from, &m.region) || m.region.end < m.from + m.old) {
        return -EFAULT;
    }
    if (m.new >= HOST_END || region_room() < ROOM ||
        (m.new > m.old && (m.region.flags & REGION_FILE))) {
        return -ENOMEM;
    }
    if (flags & MREMAP_FIXED) {
        return move_fixed(&m);
    }
    if (m.new <= m.old) {
        if (m.new < m.old) {
            memory_take_away(m.from + m.new, m.old - m.new);
        }
        return (int64_t)m.from;
    }
    if (memory_may(m.from, m.new) &&
        memory_is_free(m.from + m.old, m.new - m.old)) {
        int64_t error = grow(&m);
        return error ? error : (int64_t)m.from;
    }
    m.to = region_gap(HOST_MAPS, RESERVED_START, m.new, PAGE);
    return (flags & MREMAP_MAYMOVE) && m.to ? move(&m) : -ENOMEM;
}
