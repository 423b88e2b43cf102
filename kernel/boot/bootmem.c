/*
 * Boot needs frames before there are records of frames. So it counts upwards
 * through the RAM of the memory map, past what is in use, and never gives a
 * frame back: what it has taken is one run that the records can name later.
 */
#include "boot/bootmem.h"

#include "core/tables.h"
#include "lib/panic.h"

/* Nothing is taken below 1 MiB: firmware and other processors start there. */
#define FIRST_FRAME (MIB / FRAME_SIZE)
/* What the loader's tables map: all that boot ever takes lies in it. */
#define LAST_FRAME (4 * GIB / FRAME_SIZE)

static const struct bootinfo *boot;
static struct busy busy[BOOTMEM_BUSY];
static unsigned busy_count;
static uint64_t next;
static uint64_t taken;

void bootmem_init(const struct bootinfo *info)
{
    boot = info;
    next = FIRST_FRAME;
    taken = 0;
    busy_count = 0;
}

void bootmem_keep(uint64_t start, uint64_t end, const char *what)
{
    if (busy_count == BOOTMEM_BUSY) {
        panic("bootmem_keep: too many busy ranges");
    }
    if (start < end) {
        busy[busy_count++] = (struct busy){align_down(start, FRAME_SIZE),
                                           align_up(end, FRAME_SIZE), what};
    }
}

/* The end of what makes this address unusable, or 0 if it can be used. */
static uint64_t blocked_until(uint64_t pa)
{
    for (unsigned i = 0; i < busy_count; i++) {
        if (pa >= busy[i].start && pa < busy[i].end) {
            return busy[i].end;
        }
    }
    for (uint64_t i = 0; i < boot->regions; i++) {
        const struct region *r = &boot->region[i];
        if (r->kind != REGION_RAM && pa + FRAME_SIZE > r->start &&
            pa < r->end) {
            return align_up(r->end, FRAME_SIZE);
        }
    }
    return 0;
}

/* The start of the RAM at or above this address; UINT64_MAX if none. */
static uint64_t ram_from(uint64_t pa)
{
    uint64_t best = UINT64_MAX;
    for (uint64_t i = 0; i < boot->regions; i++) {
        const struct region *r = &boot->region[i];
        if (r->kind == REGION_RAM && pa < r->end) {
            uint64_t start = pa > r->start ? pa : r->start;
            best = start < best ? start : best;
        }
    }
    return best;
}

bool bootmem_ram(uint64_t *start, uint64_t *end)
{
    *start = ram_from(*start);
    *end = *start;
    for (uint64_t i = 0; i < boot->regions; i++) {
        const struct region *r = &boot->region[i];
        if (r->kind == REGION_RAM && r->start <= *start && r->end > *end) {
            *end = r->end;
        }
    }
    return *start != UINT64_MAX;
}

uint64_t bootmem_take(void)
{
    uint64_t pa = next * FRAME_SIZE;
    for (;;) {
        pa = ram_from(pa);
        if (pa / FRAME_SIZE >= LAST_FRAME) {
            return BOOTMEM_NONE;
        }
        uint64_t until = blocked_until(pa);
        if (until == 0) {
            break;
        }
        pa = until;
    }
    /* Upwards only: so a few words say for ever what boot has taken. */
    next = pa / FRAME_SIZE + 1;
    taken++;
    frame_clear(next - 1);
    return next - 1;
}

uint64_t bootmem_need(const char *otherwise)
{
    uint64_t frame = bootmem_take();
    if (frame == BOOTMEM_NONE) {
        boot_fail("this machine", otherwise);
    }
    return frame;
}

uint64_t bootmem_taken(void)
{
    return taken;
}

uint64_t bootmem_next(void)
{
    return next;
}

const struct busy *bootmem_busy(unsigned n)
{
    return n < busy_count ? &busy[n] : NULL;
}
