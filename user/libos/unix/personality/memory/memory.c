/*
 * The calls that map and unmap. Each has the same form: check the arguments,
 * make sure that the table has room for whatever can come of it (ROOM), change
 * the machine's mappings, which may fail, and then the table, which cannot.
 *
 * A private mapping brings nothing: the machine's fault handler looks at the
 * region when a page is touched. A shared one brings its pages at once, since
 * they must be the file's own before anybody stores to them.
 */
#include "libos/unix/personality/memory/memory.h"

#include "abi/rights.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/memory/shm.h"

#define LARGE 0x200000 /* bytes: from here on aligned so that large pages fit */
#define GROWTH 0x800000 /* how large a region may become by growing */
#define FILES 16        /* that one unmapping lets go */
#define ROOM 4          /* entries of the table that any change can do with */

static uint64_t break_start, break_now;

_Static_assert(PROT_READ == RIGHT_R && PROT_WRITE == RIGHT_W &&
                   PROT_EXEC == RIGHT_X,
               "what Linux calls protection are our rights");

static uint32_t rights_of(uint64_t protection)
{
    uint32_t rights = protection & RIGHTS_RWX;
    return rights ? rights | RIGHT_R : 0; /* all that is mapped is readable */
}

bool memory_may(uint64_t va, uint64_t length)
{
    return va % PAGE == 0 && length % PAGE == 0 && length != 0 &&
           uaccess_range(va, length);
}

void memory_clear(void)
{
    host_clear();
    region_clear();
}

int64_t memory_map(uint64_t va, uint64_t length, uint32_t rights)
{
    if (region_room() < ROOM) {
        return -ENOMEM;
    }
    int64_t error = host_map(va, length, rights);
    if (!error) {
        region_add(va, va + length, rights, 0);
    }
    return error;
}

/* Maps a file, and enters the region. */
static int64_t map_file(struct region r, const struct host_file *file)
{
    int shared = (r.flags & REGION_SHARED) != 0;
    int64_t error = host_map_file(r.start, r.end - r.start, r.rights, file,
                                  r.first, shared);
    if (!error) {
        region_enter(r);
        host_window()->shares |= (uint64_t)shared;
    }
    return error;
}

int64_t memory_map_file(uint64_t va, uint64_t length, uint32_t rights,
                        const struct host_file *file, uint64_t first)
{
    if (region_room() < ROOM) {
        return -ENOMEM;
    }
    return map_file((struct region){va, va + length, rights, REGION_FILE, first,
                                    file->number},
                    file);
}

void memory_set_break(uint64_t start)
{
    break_start = start;
    break_now = start;
}

/* The numbers of files that are mapped in the range; of more than FILES, the
 * others stay mapped, to the keeper, until exec. */
static unsigned files_in(uint64_t va, uint64_t end, uint32_t *files)
{
    unsigned count = 0;
    const struct region *r = region_next(va);
    while (r && r->start < end && count < FILES) {
        if (r->file && (count == 0 || files[count - 1] != r->file)) {
            files[count++] = r->file;
        }
        r = region_next(r->end);
    }
    return count;
}

void memory_take_away(uint64_t va, uint64_t length)
{
    uint32_t files[FILES];
    unsigned count = files_in(va, va + length, files);
    host_unmap(va, length);
    region_remove(va, va + length);
    for (unsigned i = 0; i < count; i++) {
        if (!region_has_file(files[i])) {
            host_close(files[i]);
        }
    }
}

bool memory_is_free(uint64_t va, uint64_t length)
{
    const struct region *r = region_next(va);
    return !r || r->start >= va + length;
}

int64_t call_brk(const uint64_t *a)
{
    uint64_t old = PAGE_UP(break_now), new = PAGE_UP(a[0]);
    if (a[0] < break_start || a[0] >= HOST_END) {
        return (int64_t)break_now;
    }
    if (new > old) {
        if (!memory_may(old, new - old) || !memory_is_free(old, new - old) ||
            region_room() < ROOM ||
            host_map(old, new - old, RIGHT_R | RIGHT_W)) {
            return (int64_t)break_now;
        }
        region_add(old, new, RIGHT_R | RIGHT_W, REGION_HEAP);
    } else if (new < old) {
        memory_take_away(new, old - new);
    }
    break_now = a[0];
    return (int64_t)break_now;
}

/* May that file be mapped so? 0, or Linux's error; *shared is cleared and
 * *anonymous set for /dev/zero, whose pages are zeros of one's own. */
static int64_t check_file(int fd, uint64_t protection, bool shared,
                          bool *anonymous)
{
    uint32_t mode;
    int64_t flags = request2(SYS_fcntl, fd, F_GETFL);
    int64_t size = flags < 0 ? flags : request_size(fd, &mode);
    if (size < 0) {
        return size;
    }
    uint64_t access = (uint64_t)flags & O_ACCMODE;
    if (access == O_WRONLY ||
        (shared && (protection & PROT_WRITE) && access != O_RDWR)) {
        return -EACCES;
    }
    const struct stat *found = request_data_at(8);
    if ((mode & S_IFMT) == S_IFCHR && found->st_rdev == 0x105) {
        *anonymous = true;
        return 0;
    }
    return (mode & S_IFMT) == S_IFREG ? 0 : -ENODEV;
}

/* Where the mapping goes: a[0] if it must or can be there. 0: nowhere;
 * *replaces: what is there goes first. */
static int64_t place_for(uint64_t hint, uint64_t length, uint64_t flags,
                         uint64_t *va)
{
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
        *va = hint;
        if (hint % PAGE) {
            return -EINVAL;
        }
        if (!memory_may(hint, length)) {
            return -ENOMEM;
        }
        return (flags & MAP_FIXED_NOREPLACE) && !memory_is_free(hint, length)
                   ? -EEXIST
                   : 0;
    }
    *va = PAGE_DOWN(hint);
    if (hint && memory_may(*va, length) && memory_is_free(*va, length)) {
        return 0;
    }
    uint64_t align = length >= LARGE ? LARGE : PAGE;
    *va = region_gap(HOST_MAPS, RESERVED_START, length, align);
    return *va ? 0 : -ENOMEM;
}

/* Maps an open file; the address, or -errno. */
static int64_t map_open(int fd, uint64_t va, uint64_t length, uint32_t rights,
                        bool shared, uint64_t first)
{
    struct host_file file = {fd, 0, 0};
    int64_t error = host_open(fd, &file);
    if (!error) {
        uint32_t flags = REGION_FILE | (shared ? REGION_SHARED : 0);
        error = map_file(
            (struct region){va, va + length, rights, flags, first, file.number},
            &file);
    }
    return error ? error : (int64_t)va;
}

int64_t call_mmap(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]), flags = a[3], va;
    bool shared = (flags & MAP_TYPE) != MAP_PRIVATE;
    bool anonymous = flags & MAP_ANONYMOUS;
    uint32_t rights = rights_of(a[2]), marks = 0;
    if (a[1] == 0 || a[5] % PAGE || (flags & MAP_TYPE) == 0) {
        return -EINVAL;
    }
    if (length == 0 || length >= HOST_END || region_room() < ROOM) {
        return -ENOMEM;
    }
    int64_t error =
        anonymous ? 0 : check_file((int)a[4], a[2], shared, &anonymous);
    if (!error && !anonymous && a[5] > INT64_MAX - length) {
        return -EOVERFLOW;
    }
    error = error ? error : place_for(a[0], length, flags, &va);
    if (error) {
        return error;
    }
    if (!memory_is_free(va, length)) {
        memory_take_away(va, length);
    }
    if (!anonymous) {
        return map_open((int)a[4], va, length, rights, shared, a[5] / PAGE);
    }
    if (shared) {
        return shm_map(va, length, rights);
    }
    error = host_map(va, length, rights);
    if (!error) {
        marks = flags & MAP_GROWSDOWN ? REGION_GROWS : 0;
        region_add(va, va + length, rights, marks);
    }
    return error ? error : (int64_t)va;
}

int64_t call_munmap(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]);
    if (!memory_may(a[0], length)) {
        return -EINVAL;
    }
    if (region_room() < ROOM) {
        return -ENOMEM;
    }
    if (!memory_is_free(a[0], length)) {
        memory_take_away(a[0], length);
    }
    return 0;
}

int64_t call_mprotect(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]);
    uint32_t rights = rights_of(a[2]);
    if (a[0] % PAGE || (a[2] & ~(uint64_t)RIGHTS_RWX)) {
        return -EINVAL;
    }
    if (length == 0) {
        return a[1] ? -ENOMEM : 0;
    }
    if (!memory_may(a[0], length) || !region_allows(a[0], length, 0) ||
        region_room() < ROOM) {
        return -ENOMEM;
    }
    int64_t error = host_protect(a[0], length, rights);
    if (!error) {
        region_protect(a[0], a[0] + length, rights);
    }
    return error;
}

int64_t call_madvise(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]);
    if (a[0] % PAGE || a[2] > MADV_LAST) {
        return -EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    if (!memory_may(a[0], length) || !region_allows(a[0], length, 0)) {
        return -ENOMEM;
    }
    if (a[2] == MADV_DONTNEED || a[2] == MADV_FREE) {
        return host_forget(a[0], length);
    }
    return 0;
}

int64_t call_mincore(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]);
    uint8_t here = 1;
    if (a[0] % PAGE) {
        return -EINVAL;
    }
    if (!memory_may(a[0], length) || !region_allows(a[0], length, 0)) {
        return length ? -ENOMEM : 0;
    }
    for (uint64_t page = 0; page < length / PAGE; page++) {
        if (uaccess_write(a[2] + page, &here, 1)) {
            return -EFAULT;
        }
    }
    return 0;
}

int64_t call_msync(const uint64_t *a)
{
    uint64_t length = PAGE_UP(a[1]);
    if (a[0] % PAGE || (a[2] & ~7ull) || (a[2] & 5) == 5) {
        return -EINVAL;
    }
    return length && !region_allows(a[0], length, 0) ? -ENOMEM : 0;
}

bool memory_grow(uint64_t va)
{
    const struct region *r = region_next(va);
    if (!r || !(r->flags & REGION_GROWS) || r->start <= va ||
        r->end - va > GROWTH || region_room() < ROOM) {
        return false;
    }
    struct region grown = *r;
    uint64_t low = PAGE_DOWN(va);
    if (!memory_may(low, grown.start - low) ||
        host_map(low, grown.start - low, grown.rights)) {
        return false;
    }
    region_remove(grown.start, grown.end);
    region_add(low, grown.end, grown.rights, grown.flags);
    return true;
}
