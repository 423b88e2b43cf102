/*
 * Where the kernel's image is, by the symbols of its linker script. Each part
 * has rights of its own, so each begins on a page; between the stacks are
 * holes, so that a stack that overflows is a fault and not somebody else's
 * data.
 */
#include "lib/image.h"

/* The linker script's, kernel.ld.S. */
extern const char image_start[], image_end[];
extern const char text_start[], text_end[];
extern const char data_start[], data_end[];
extern const char rodata_start[], rodata_end[];
extern const char stack_boot_bottom[], stack_boot_top[];
extern const char stack_double_fault_bottom[], stack_double_fault_top[];
extern const char stack_nmi_bottom[], stack_nmi_top[];
extern const char stack_machine_check_bottom[], stack_machine_check_top[];
extern const char stack_debug_bottom[], stack_debug_top[];

static const struct {
    enum part_kind kind;
    const char *start, *end;
} parts[IMAGE_PARTS] = {
    {PART_TEXT, text_start, text_end},
    {PART_DATA, data_start, data_end},
    {PART_DATA, stack_boot_bottom, stack_boot_top},
    {PART_DATA, stack_double_fault_bottom, stack_double_fault_top},
    {PART_DATA, stack_nmi_bottom, stack_nmi_top},
    {PART_DATA, stack_machine_check_bottom, stack_machine_check_top},
    {PART_DATA, stack_debug_bottom, stack_debug_top},
    {PART_RODATA, rodata_start, rodata_end},
};

static uint64_t address_of(const char *symbol)
{
    return (uint64_t)symbol;
}

struct image image_find(paddr start)
{
    struct image image = {.start = start};
    image.end.v = start.v + (uint64_t)(image_end - image_start);
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        struct part *part = &image.part[i];
        part->kind = parts[i].kind;
        part->va.v = address_of(parts[i].start);
        part->pa.v = start.v + (uint64_t)(parts[i].start - image_start);
        part->size = (uint64_t)(parts[i].end - parts[i].start);
    }
    return image;
}

bool image_is_text(uint64_t address)
{
    return address >= address_of(text_start) && address < address_of(text_end);
}

bool image_is_stack(uint64_t address)
{
    return address >= address_of(stack_boot_bottom) &&
           address < address_of(stack_debug_top);
}
