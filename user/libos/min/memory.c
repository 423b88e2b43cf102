/*
 * mmap and the like change regions first and then only take pages away: what a
 * new region or a new right allows comes with the next fault, from the pager.
 * So there is one place that gives memory, and nothing to undo here if there is
 * none.
 */
#include "libos/min/memory.h"

#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/region.h"
#include "libos/min/space.h"

static unsigned rights_of(uint64_t protection)
{
    return (protection & PROT_READ ? RIGHT_R : 0) |
           (protection & PROT_WRITE ? RIGHT_R | RIGHT_W : 0) |
           (protection & PROT_EXEC ? RIGHT_R | RIGHT_X : 0);
}

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE - 1) & ~(PAGE - 1);
}

static bool is_range(uint64_t va, uint64_t size)
{
    return va % PAGE == 0 && size > 0 && size <= LAUNCH_BASE &&
           va <= LAUNCH_BASE - page_up(size);
}

int64_t memory_map(uint64_t va, uint64_t size, uint64_t protection,
                   uint64_t flags, int fd, uint64_t offset)
{
    struct region r = {.kind = REGION_ZERO, .rights = rights_of(protection)};
    const struct file *file = flags & MAP_ANONYMOUS ? 0 : file_of(fd);
    if (!is_range(va & ~(PAGE - 1), size) || offset % PAGE != 0) {
        return -EINVAL;
    }
    size = page_up(size);
    if (!(flags & MAP_ANONYMOUS)) {
        if (file == 0 || file->kind != FILE_IMAGE) {
            return file == 0 ? -EBADF : -EACCES;
        }
        const struct image_inode *inode = file_inode(file->inode);
        if (offset + size > page_up(inode->size)) {
            return -EINVAL;
        }
        r.kind = REGION_FILE;
        r.first = inode->where + offset / PAGE;
    }
    if (!(flags & MAP_FIXED)) {
        va = region_place(size);
    }
    if (va == 0 || va % PAGE != 0) {
        return va == 0 ? -ENOMEM : -EINVAL;
    }
    r.start = va;
    r.end = va + size;
    /* MAP_FIXED over something: that is gone, as Linux has it. */
    if (!region_cut(va, va + size) || !space_clear(va, va + size) ||
        !region_add(&r)) {
        return -ENOMEM;
    }
    return (int64_t)va;
}

int64_t memory_unmap(uint64_t va, uint64_t size)
{
    if (!is_range(va, size)) {
        return -EINVAL;
    }
    size = page_up(size);
    return region_cut(va, va + size) && space_clear(va, va + size) ? 0
                                                                   : -ENOMEM;
}

int64_t memory_protect(uint64_t va, uint64_t size, uint64_t protection)
{
    unsigned rights = rights_of(protection);
    if (!is_range(va, size) || rights == 0) {
        return -EINVAL; /* PROT_NONE is not there */
    }
    uint64_t end = va + page_up(size);
    if (!region_protect(va, end, rights)) {
        return -ENOMEM;
    }
    for (; va < end; va += PAGE) { /* what is W here comes with a fault */
        uint32_t hold = space_find(va);
        struct table *t = hold == 0 ? 0 : space_reach(va);
        if (hold != 0 && t == 0) {
            return -ENOMEM;
        }
        /* A page that is shared since a fork must not become writable here:
         * a store asks the pager, who copies. */
        unsigned stays =
            rights & (hold & HOLD_W ? RIGHTS_RWX : RIGHT_R | RIGHT_X);
        if (t != 0 && !space_update(t, space_index(va, 1), stays)) {
            return -EACCES;
        }
    }
    return 0;
}
