/*
 * The contracts of arch/ that lab 1 needs: the tables that the processor walks,
 * frames, interrupt lines, a process's state, and where the kernel is entered.
 */
#include "boot/boot.h"
#include "contracts/contract.h"

CONTRACT(void, arch_init, unsigned depth)
{
    ASSERT(depth == 4 || depth == 5, "arch_init: the loader chose 4 or 5");
    __real_arch_init(depth);
    ASSERT(arch_depth == depth, "arch_init: sets arch_depth");
    ASSERT(arch_page_levels == 2 || arch_page_levels == 3,
           "arch_init: pages of 2 MiB, or of 1 GiB too");
}

CONTRACT(void, arch_root_load, uint64_t root)
{
    __real_arch_root_load(root);
    ASSERT(arch_root() == root, "arch_root_load: the tables below that root");
}

CONTRACT(void, frame_clear, uint64_t frame)
{
    __real_frame_clear(frame);
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        ASSERT(tables[frame][i].bits == 0, "frame_clear: zeros");
    }
}

CONTRACT(void, arch_irq_mask, unsigned line)
{
    ASSERT(line < IRQ_LINES, "arch_irq_mask: a line");
    __real_arch_irq_mask(line);
}

CONTRACT(void, arch_irq_unmask, unsigned line)
{
    ASSERT(line < IRQ_LINES, "arch_irq_unmask: a line");
    __real_arch_irq_unmask(line);
}

CONTRACT(void, arch_irq_end, unsigned line)
{
    ASSERT(line < IRQ_LINES, "arch_irq_end: a line");
    __real_arch_irq_end(line);
}

static void check_process(uint64_t process)
{
    ASSERT(process != SLOT_RUNNING && process < PROCESS_MAX,
           "arch_state_reset, save, load: of a process");
}

CONTRACT(void, arch_state_reset, uint64_t process)
{
    check_process(process);
    __real_arch_state_reset(process);
}

CONTRACT(void, arch_state_save, uint64_t process)
{
    check_process(process);
    __real_arch_state_save(process);
}

CONTRACT(void, arch_state_load, uint64_t process)
{
    check_process(process);
    __real_arch_state_load(process);
}

/* Stages come in their order, each of them once. */
CONTRACT(void, observe_stage, enum observe_stage stage)
{
    static unsigned reached;
    ASSERT((unsigned)stage > reached, "boot_stage: later than the last");
    reached = stage;
    __real_observe_stage(stage);
    ASSERT(xo5_observe[OBSERVED_STAGE] == (uint64_t)stage,
           "observe_stage: says that this stage is reached");
}

CONTRACT(struct image, image_find, paddr start)
{
    struct image image = __real_image_find(start);
    uint64_t at = image.part[0].va.v;
    ASSERT(image.start.v == start.v && start.v % IMAGE_ALIGN == 0,
           "image_find: the loader placed it there, on a 2 MiB page");
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        const struct part *part = &image.part[i];
        ASSERT((part->va.v | part->pa.v | part->size) % FRAME_SIZE == 0 &&
                   part->va.v >= at,
               "image_find: whole pages, ascending");
        ASSERT(part->pa.v >= image.start.v &&
                   part->pa.v + part->size <= image.end.v,
               "image_find: each part lies in the image");
        at = part->va.v + part->size;
    }
    return image;
}
