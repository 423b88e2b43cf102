/*
 * Memory as base/host.h asks for it, by the space. Private mappings bring
 * nothing: fault.c does, page by page. Shared mappings of files bring their
 * pages here, up to 256 at a time (LINK_PAGES), since the keeper must make them
 * the file's own first.
 *
 * Unmapping widens what it takes apart to the whole 2 MiB or GiB where nothing
 * else lies there: a table given back whole costs one operation, and one that
 * stays empty would be in the way of superpages.
 */
#include "libos/unix/personality/memory/memory.h"

#include "abi/rights.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/personality/cow.h"
#include "libos/unix/xo5/personality/machine.h"
#include "libos/unix/xo5/personality/space.h"

#define GIGABYTE 0x40000000ull

bool space_grow(uint32_t n)
{
    uint64_t end = CORE_TABLES + sizeof(struct address_space) +
                   (n + 1) * sizeof(struct table);
    uint64_t pages = (end + PAGE - 1) / PAGE, have = machine_link()->core_pages;
    return pages <= have || machine_ask(LINK_GROW, pages - have, 0, 0, 0) == 0;
}

uint64_t space_borrow(uint64_t entry, unsigned level, unsigned rights)
{
    return machine_ask(LINK_BORROW, entry, level, rights, 0) == 0
               ? machine_link()->a[0]
               : 0;
}

int64_t host_map(uint64_t va, uint64_t length, unsigned rights)
{
    (void)va, (void)length, (void)rights;
    return 0; /* a fault brings each page */
}

/* Has pages of the file attached, LINK_PAGES at most, and notes them; holes
 * of the file are pages of zeros. 0, or -errno. */
static int64_t attach_some(uint64_t va, uint64_t count, int fd, uint64_t first,
                           unsigned rights)
{
    static uint32_t indexes[LINK_PAGES];
    struct link *link = machine_link();
    struct address_space *s = space_own();
    uint32_t how = SHADOW_SHARED | (rights & RIGHT_X ? SHADOW_X : 0) |
                   (rights & RIGHT_W ? SHADOW_W : SHADOW_FIXED);
    for (uint64_t n = 0; n < count; n++) {
        if ((link->pages[n] = space_entry(s, va + n * PAGE, &indexes[n])) ==
            0) {
            return -ENOMEM;
        }
    }
    int64_t error = machine_ask(LINK_FILE, (uint64_t)fd, first, count, rights);
    for (uint64_t n = 0; !error && n < count; n++) {
        uint64_t frame = link->pages[n];
        if (frame != 0) {
            table_note(&s->table[indexes[n]], (va / PAGE + n) % 512,
                       (uint32_t)frame | how);
        } else if (!space_fill(s, va + n * PAGE, rights & RIGHTS_RWX)) {
            return -ENOMEM;
        }
    }
    return error;
}

int64_t host_open(int fd, struct host_file *file)
{
    int64_t number = request2(KEEPER_MAP, fd, 0);
    if (number < 0) {
        return number;
    }
    uint64_t size = *(const uint64_t *)request_data_at(0);
    *file = (struct host_file){fd, (uint32_t)number, PAGE_UP(size) / PAGE};
    return 0;
}

void host_close(uint32_t number)
{
    request1(KEEPER_UNMAP, number);
}

int64_t host_map_file(uint64_t va, uint64_t length, unsigned rights,
                      const struct host_file *file, uint64_t first, int shared)
{
    unsigned how = (rights & RIGHTS_RWX) | RIGHT_R | LINK_SHARED;
    uint64_t count = length / PAGE, done = 0, has = file->pages;
    int64_t error = 0;
    if (!shared) {
        return 0; /* a fault brings each page */
    }
    count = first >= has ? 0 : has - first < count ? has - first : count;
    while (!error && done < count) {
        uint64_t some = count - done < LINK_PAGES ? count - done : LINK_PAGES;
        error =
            attach_some(va + done * PAGE, some, file->fd, first + done, how);
        done += some;
    }
    if (error) {
        space_clear(space_own(), va, va + length);
    }
    return error;
}

int64_t host_clear(void)
{
    struct address_space *s = space_own();
    const uint64_t *some = s->table[SPACE_ROOT].some;
    for (unsigned i = table_next(some, 0); i < REPLACED_INDEX;
         i = table_next(some, i + 1)) {
        if (i != RESERVED_START / GIGABYTE) { /* reserved.h's parts are there */
            space_drop(s, i);
        }
    }
    return space_clear(s, RESERVED_END, HOST_END) ? 0 : -ENOMEM;
}

/* Is nothing mapped there but by regions that begin at `start` or end at
 * `end`, which are on their way out? */
static bool is_alone(uint64_t low, uint64_t start, uint64_t end, uint64_t high)
{
    const struct region *before = region_next(low);
    const struct region *after = region_next(end);
    return (before == 0 || before->start >= start) &&
           (after == 0 || after->start >= high) && !reserved_has(low) &&
           !reserved_has(high - 1);
}

int64_t host_unmap(uint64_t va, uint64_t length)
{
    uint64_t start = va, end = va + length;
    for (uint64_t size = LIBOS_TABLE; size <= LIBOS_TABLE * 512; size *= 512) {
        uint64_t low = va & ~(size - 1);
        uint64_t high = (va + length + size - 1) & ~(size - 1);
        /* nothing else there: the whole table goes, with what it cost */
        if (is_alone(low, va, va + length, high)) {
            start = low;
            end = high;
        }
    }
    return space_clear(space_own(), start, end) ? 0 : -ENOMEM;
}

int64_t host_protect(uint64_t va, uint64_t length, unsigned rights)
{
    return space_protect(space_own(), va, va + length, rights) ? 0 : -ENOMEM;
}

int64_t host_move(uint64_t from, uint64_t to, uint64_t length)
{
    for (uint64_t at = 0; at < length; at += PAGE) {
        if (!space_move(space_own(), from + at, to + at)) {
            return -ENOMEM;
        }
    }
    return 0;
}

int64_t host_forget(uint64_t va, uint64_t length)
{
    struct region r;
    if (!region_find(va, &r) || (r.flags & REGION_SHARED)) {
        return 0; /* it is the file's as it is */
    }
    return space_clear(space_own(), va, va + length) ? 0 : -ENOMEM;
}

int64_t host_truncate(uint64_t va, uint64_t length, unsigned rights)
{
    (void)rights; /* a fault finds that nothing is there */
    return space_clear(space_own(), va, va + length) ? 0 : -ENOMEM;
}

/* machine_fault has looked whether it is there. */
_Bool host_bring(uint64_t va, unsigned rights, uint32_t file, uint64_t page,
                 int shared)
{
    (void)va, (void)rights, (void)file, (void)page, (void)shared;
    return 0;
}
