/*
 * Where the kernel's image is, by the symbols of its linker script. Each part
 * has rights of its own, so each begins on a page; between the stacks are
 * holes, so that a stack that overflows is a fault and not somebody else's
 * data.
 */
#include "lib/image.h"

/* The linker script's, kernel.ld.S. */
extern const char image_start[], image_end[], text_start[], text_end[];
extern const char data_start[], data_end[], rodata_start[], rodata_end[];
extern const char stack_boot_bottom[];

static void set_part(struct image *image, unsigned n, enum part_kind kind,
                     const char *start, const char *end)
{
    image->part[n] =
        (struct part){kind,
                      {(uint64_t)start},
                      {image->start.v + (uint64_t)(start - image_start)},
                      (uint64_t)(end - start)};
}

struct image image_find(paddr start)
{
    struct image image = {.start = start};
    image.end.v = start.v + (uint64_t)(image_end - image_start);
    set_part(&image, 0, PART_TEXT, text_start, text_end);
    set_part(&image, 1, PART_DATA, data_start, data_end);
    for (unsigned i = 0; i < STACKS; i++) {
        const char *bottom = stack_boot_bottom + i * STACK_STRIDE;
        set_part(&image, 2 + i, PART_DATA, bottom, bottom + STACK_SIZE);
    }
    set_part(&image, 2 + STACKS, PART_RODATA, rodata_start, rodata_end);
    return image;
}

bool image_is_text(uint64_t address)
{
    return address - (uint64_t)text_start < (uint64_t)(text_end - text_start);
}

bool image_is_stack(uint64_t address)
{
    return address - (uint64_t)stack_boot_bottom <
           STACKS * STACK_STRIDE - STACK_HOLE;
}
