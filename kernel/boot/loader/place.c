/*
 * The kernel and init, out of the ELF files that GRUB has loaded:
 *
 *   file      | head | text     | rodata | data |
 *   memory    | text        | rodata      | data   | zeros      |
 *
 * Each is one run of memory that was free: nothing of GRUB's, of the loader's,
 * and of what was placed before. The kernel's keeps the distances of its
 * addresses. init's segments follow each other, in whole pages: the kernel maps
 * them where they belong, page by page, and never sees the file.
 */
#include "boot/loader/place.h"

#include "abi/layout.h"
#include "abi/rights.h"
#include "arch/layout.h"
#include "arch/paging.h"
#include "boot/loader/elf.h"
#include "boot/loader/say.h"
#include "lib/types.h"

#define LOW_MEMORY 0x100000ull /* below it is the firmware's */
#define REACH 0x100000000ull   /* mapped by the temporary tables */

extern char loader_start[], loader_end[];

static struct elf elf; /* what is being placed */

/* The end of a thing in memory that overlaps [start, end), or 0: what must
 * not be overwritten is the loader, GRUB's information, the modules, and the
 * kernel. */
static uint64_t in_the_way(const struct info *info, const struct handover *h,
                           uint64_t start, uint64_t end)
{
    const struct tag *tag = NULL;
    uint32_t base = (uint32_t)info;
    if (start < (uint32_t)loader_end && (uint32_t)loader_start < end) {
        return (uint32_t)loader_end;
    }
    if (start < base + (uint64_t)info->total_size && base < end) {
        return base + (uint64_t)info->total_size;
    }
    if (start < h->kernel_end && h->kernel_start < end) {
        return h->kernel_end;
    }
    while (
        (tag = tags_find(info, tag, TAG_MODULE, sizeof(struct tag_module)))) {
        const struct tag_module *module = (const struct tag_module *)tag;
        if (start < module->end && module->start < end) {
            return module->end;
        }
    }
    return 0;
}

/* A free place of that size in RAM below 4 GiB, on a multiple of `unit`. */
static uint64_t find_room(const struct info *info, const struct handover *h,
                          uint64_t size, uint64_t unit, const char *otherwise)
{
    const struct memory *m;
    for (uint32_t n = 0; (m = tags_memory(info, n)); n++) {
        uint64_t at =
            align_up(m->base < LOW_MEMORY ? LOW_MEMORY : m->base, unit);
        uint64_t end = m->base + m->length;
        uint64_t blocker;
        if (m->type != MEMORY_RAM) {
            continue;
        }
        while (at + size <= end && at + size <= REACH) {
            blocker = in_the_way(info, h, at, at + size);
            if (!blocker) {
                return at;
            }
            at = align_up(blocker, unit);
        }
    }
    stop("this machine", otherwise);
}

static void copy(uint64_t to, const uint8_t *from, uint32_t count)
{
    uint8_t *at = (uint8_t *)(uint32_t)to;
    __asm__ volatile("rep movsb"
                     : "+D"(at), "+S"(from), "+c"(count)
                     :
                     : "memory");
}

static void clear(uint64_t to, uint64_t count)
{
    uint8_t *at = (uint8_t *)(uint32_t)to;
    uint32_t left = (uint32_t)count;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(left) : "a"(0) : "memory");
}

/* The module's file, taken apart into `elf`; `what` is its name in a line. */
static const uint8_t *read_file(const struct tag_module *module,
                                const char *what, uint64_t low, uint64_t high)
{
    const uint8_t *file = (const uint8_t *)module->start;
    const char *wrong =
        elf_read(file, module->end - module->start, low, high, &elf);
    if (wrong) {
        stop(what, wrong);
    }
    return file;
}

uint64_t place_kernel(const struct info *info, struct handover *h)
{
    const struct tag_module *module = tags_module(info, "kernel");
    uint64_t size = 0;
    if (!module) {
        stop("kernel.elf", "is missing: no module is called \"kernel\"");
    }
    const uint8_t *file = read_file(module, "kernel.elf", KERNEL_BASE,
                                    KERNEL_BASE + KERNEL_SIZE_MAX);
    for (unsigned i = 0; i < elf.count; i++) {
        const struct elf_segment *s = &elf.segment[i];
        uint64_t end = s->va - KERNEL_BASE + s->size;
        size = end > size ? end : size;
    }
    size = align_up(size, FRAME_SIZE);
    h->kernel_start = find_room(info, h, size, IMAGE_ALIGN,
                                "has too little free memory for the kernel");
    h->kernel_end = h->kernel_start + size;
    clear(h->kernel_start, size);
    for (unsigned i = 0; i < elf.count; i++) {
        const struct elf_segment *s = &elf.segment[i];
        copy(h->kernel_start + (s->va - KERNEL_BASE), file + s->offset,
             (uint32_t)s->file_size);
    }
    return elf.entry;
}

/* Bytes of the pages that a segment is on. */
static uint64_t pages_size(const struct elf_segment *s)
{
    return align_up(s->va + s->size, FRAME_SIZE) -
           align_down(s->va, FRAME_SIZE);
}

static void place_segments(const uint8_t *file, struct handover *h)
{
    uint64_t at = h->init_start;
    for (unsigned i = 0; i < elf.count; i++) {
        const struct elf_segment *s = &elf.segment[i];
        struct handover_part *part = &h->part[i];
        part->va = align_down(s->va, FRAME_SIZE);
        part->start = at;
        part->size = pages_size(s);
        part->rights = RIGHT_R | (s->flags & ELF_W ? RIGHT_W : 0) |
                       (s->flags & ELF_X ? RIGHT_X : 0);
        copy(at + s->va % FRAME_SIZE, file + s->offset, (uint32_t)s->file_size);
        at += part->size;
    }
}

static void place_program(const struct info *info, struct handover *h,
                          const struct tag_module *module)
{
    uint64_t size = 0;
    const uint8_t *file =
        read_file(module, "init", INIT_LOWEST, INIT_ROOT_IMAGE);
    for (unsigned i = 0; i < elf.count; i++) {
        size += pages_size(&elf.segment[i]);
    }
    h->init_start =
        find_room(info, h, size, FRAME_SIZE, "has too little memory for init");
    h->init_end = h->init_start + size;
    h->init_entry = elf.entry;
    clear(h->init_start, size);
    place_segments(file, h);
}

/* The root image stays where GRUB put it. */
static void place_image(struct handover *h, const struct tag_module *module)
{
    if (module->start % FRAME_SIZE != 0) {
        stop("the root image", "does not start on a page");
    }
    uint64_t size = module->end - module->start;
    uint64_t whole = align_up(size, FRAME_SIZE);
    clear(module->end, whole - size);
    h->books.image_size = size;
    h->books.image_frame = module->start / FRAME_SIZE;
    h->part[HANDOVER_PARTS - 1] =
        (struct handover_part){INIT_ROOT_IMAGE, module->start, whole, RIGHT_R};
}

void place_init(const struct info *info, struct handover *h)
{
    const struct tag_module *program = tags_module(info, "init");
    const struct tag_module *image = tags_module(info, "root");
    if (program) {
        place_program(info, h, program);
    }
    if (image && image->start != image->end) {
        place_image(h, image);
    }
}

_Static_assert(HANDOVER_PARTS == ELF_SEGMENTS_MAX + 1,
               "init's segments, and the root image");
