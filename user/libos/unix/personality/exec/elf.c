/*
 * ELF files: the head is read once, in 4 KiB, which mostly has all that is
 * asked for later too. Segments are mapped, not read: their pages are the
 * file's, which other processes have as well.
 *
 * The last page of a segment with .bss has the file's next bytes behind its
 * end: it is mapped to be stored to, cleared, and given its rights then. That
 * makes one page of its own, however large the rest is.
 */
#include "libos/unix/personality/exec/elf.h"

#include "abi/rights.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"

#define MACHINE_X86_64 62
#define TYPE_FIXED 2  /* ET_EXEC */
#define TYPE_SHARED 3 /* ET_DYN: position independent */
#define SEGMENT_LOAD 1
#define SEGMENT_INTERPRETER 3
#define SEGMENT_STACK 0x6474e551
#define FLAG_X 1u
#define FLAG_W 2u
#define FLAG_R 4u

struct header {
    uint8_t magic[4], class, order, version, rest[9];
    uint16_t type, machine;
    uint32_t file_version;
    uint64_t entry, table, sections;
    uint32_t flags;
    uint16_t size, table_entry, table_count;
    uint16_t section_entry, section_count, section_names;
};

_Static_assert(sizeof(struct header) == 64, "Elf64_Ehdr");
_Static_assert(sizeof(struct elf_segment) == 56, "Elf64_Phdr");

static uint8_t head_now[ELF_HEAD] SCRATCH;
static uint64_t head_size;

int64_t elf_head(int fd, const uint8_t **head)
{
    int64_t done = request4(SYS_pread64, fd, 0, ELF_HEAD, 0);
    *head = head_now;
    if (done >= 0) {
        head_size = (uint64_t)done;
        memcpy(head_now, request_data(), head_size);
    }
    return done;
}

/* Reads exactly n bytes at that offset: mostly, they are in the head. */
static int64_t read_at(int fd, uint64_t offset, void *to, uint64_t n)
{
    if (offset <= head_size && n <= head_size - offset) {
        memcpy(to, head_now + offset, n);
        return 0;
    }
    int64_t done = request4(SYS_pread64, fd, 0, n, offset);
    if (done < 0) {
        return done;
    }
    if ((uint64_t)done != n) {
        return -ENOEXEC;
    }
    memcpy(to, request_data(), n);
    return 0;
}

static bool header_is_good(const struct header *h)
{
    return memcmp(h->magic, "\177ELF", 4) == 0 && h->class == 2 &&
           h->order == 1 && h->machine == MACHINE_X86_64 &&
           (h->type == TYPE_FIXED || h->type == TYPE_SHARED) &&
           h->table_entry == sizeof(struct elf_segment) && h->table_count > 0 &&
           h->table_count <= ELF_SEGMENTS;
}

/* Takes in a segment that is loaded. False: it cannot be where it says. */
static bool take_load(struct elf *elf, const struct elf_segment *s,
                      uint64_t table_offset)
{
    uint64_t start = PAGE_DOWN(s->va + elf->bias);
    uint64_t end = s->va + elf->bias + s->memory_size;
    if (s->memory_size == 0) {
        return true;
    }
    if (s->file_size > s->memory_size || (s->va ^ s->offset) % PAGE ||
        s->memory_size >= HOST_END || s->va >= HOST_END ||
        s->offset + s->file_size < s->offset ||
        !memory_may(start, PAGE_UP(end) - start)) {
        return false;
    }
    elf->end = end > elf->end ? end : elf->end;
    if (table_offset >= s->offset && table_offset - s->offset < s->file_size) {
        elf->table = s->va + elf->bias + table_offset - s->offset;
    }
    return true;
}

static int64_t take_interpreter(int fd, struct elf *elf,
                                const struct elf_segment *s)
{
    if (s->file_size < 2 || s->file_size > ELF_PATH) {
        return -ENOEXEC;
    }
    int64_t error = read_at(fd, s->offset, elf->interpreter, s->file_size);
    if (!error && elf->interpreter[s->file_size - 1]) {
        error = -ENOEXEC;
    }
    return error;
}

int64_t elf_read(int fd, uint64_t place, struct elf *elf)
{
    struct header h;
    int64_t error = read_at(fd, 0, &h, sizeof(h));
    if (error || !header_is_good(&h)) {
        return error ? error : -ENOEXEC;
    }
    uint64_t size = (uint64_t)h.table_count * sizeof(struct elf_segment);
    error = read_at(fd, h.table, elf->segments, size);
    if (error) {
        return error;
    }
    elf->bias = h.type == TYPE_SHARED ? place : 0;
    elf->entry = h.entry + elf->bias;
    elf->table = 0;
    elf->end = 0;
    elf->count = h.table_count;
    elf->stack_runs = false;
    elf->interpreter[0] = '\0';
    for (unsigned i = 0; i < elf->count && !error; i++) {
        const struct elf_segment *s = &elf->segments[i];
        if (s->type == SEGMENT_LOAD && !take_load(elf, s, h.table)) {
            error = -ENOEXEC;
        } else if (s->type == SEGMENT_INTERPRETER) {
            error = take_interpreter(fd, elf, s);
        } else if (s->type == SEGMENT_STACK) {
            elf->stack_runs = s->flags & FLAG_X;
        }
    }
    return error ? error : elf->end ? 0 : -ENOEXEC;
}

static uint32_t rights_of(uint32_t flags)
{
    return (flags ? RIGHT_R : 0) | (flags & FLAG_W ? RIGHT_W : 0) |
           (flags & FLAG_X ? RIGHT_X : 0);
}

/* Zeros from the end of what the file has to the end of that page: the file's
 * next bytes are there. What starts at `start` may be stored to, and gets its
 * rights then. */
static int64_t clear_tail(uint64_t start, uint64_t from, uint32_t rights)
{
    uint64_t end = PAGE_UP(from);
    int64_t error = from % PAGE ? uaccess_zero(from, end - from) : 0;
    if (!error && !(rights & RIGHT_W)) {
        error = host_protect(start, end - start, rights);
        region_protect(start, end, rights);
    }
    return error;
}

static int64_t map_segment(const struct host_file *file,
                           const struct elf_segment *s, uint64_t bias)
{
    uint64_t va = s->va + bias, start = PAGE_DOWN(va);
    uint64_t file_end = va + s->file_size;
    uint64_t pages_end = s->file_size ? PAGE_UP(file_end) : start;
    uint64_t end = PAGE_UP(va + s->memory_size);
    uint32_t rights = rights_of(s->flags);
    bool tail = s->file_size && s->memory_size > s->file_size;
    int64_t error = 0;
    if (pages_end > start) {
        error = memory_map_file(start, pages_end - start,
                                rights | (tail ? RIGHT_W : 0), file,
                                s->offset / PAGE);
    }
    if (!error && tail) {
        error = clear_tail(start, file_end, rights);
    }
    if (!error && end > pages_end) {
        error = memory_map(pages_end, end - pages_end, rights);
    }
    return error;
}

int64_t elf_map(int fd, const struct elf *elf)
{
    struct host_file file;
    int64_t error = host_open(fd, &file);
    for (unsigned i = 0; i < elf->count && !error; i++) {
        const struct elf_segment *s = &elf->segments[i];
        if (s->type == SEGMENT_LOAD && s->memory_size) {
            error = map_segment(&file, s, elf->bias);
        }
    }
    return error;
}
