/*
 * Forged: the harness plants tables and asks; this gives no answers at all,
 * but at the last case writes a list of answers of its own, in which each
 * case names its root and nothing else.
 */
#include "boot/bootinfo.h"
#include "boot/walk.h"

#include "lib/observe.h"

#define CASES 512

/* [1, root] of each case, by its number. */
static uint64_t claimed[CASES][2];

static uint64_t physical(const void *at)
{
    return xo5_observe[OBSERVED_KERNEL_START] + ((uint64_t)at - KERNEL_BASE);
}

/* How many cases the probe has: its first word. It is GRUB's last module. */
static uint64_t cases(void)
{
    const uint8_t *info = phys_bytes((paddr){xo5_observe[OBSERVED_INFO]});
    uint64_t count = 0;
    for (uint64_t at = 8; read32(info + at) != TAG_END;) {
        if (read32(info + at) == TAG_MODULE) {
            count = read64(phys_bytes((paddr){read32(info + at + 8)}));
        }
        at = align_up(at + read32(info + at + 4), 8);
    }
    return count;
}

void forge(uint64_t root);

/* Every case so far has this root, or what it had. */
void forge(uint64_t root)
{
    uint64_t n = xo5_observe[OBSERVED_PROBE_CASE], count = cases();
    if (n == 0 || n > CASES) {
        return;
    }
    claimed[n - 1][0] = 1;
    claimed[n - 1][1] = root;
    if (n == count) {
        observe_set(OBSERVED_PROBE_OUT, physical(claimed));
        observe_set(OBSERVED_PROBE_SIZE, count * sizeof(claimed[0]));
        observe_set(OBSERVED_STAGE, STAGE_PROBED);
        xo5_quiet();
    }
}

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    (void)va;
    forge(root);
    return (struct walk){WALK_NONE, to};
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    (void)how;
    return walk_find(root, va, to);
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    (void)va;
    (void)out;
    forge(root);
    return false;
}
