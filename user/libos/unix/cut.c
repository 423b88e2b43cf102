#include "libos/unix/cut.h"

#include "libos/unix/abi.h"
#include "libos/unix/ask.h"
#include "libos/unix/host.h"
#include "libos/unix/memory.h"
#include "libos/unix/regions.h"
#include "libos/unix/scratch.h"

bool cut_waits;
static struct cut cuts[WINDOW_CUTS] SCRATCH;

/* The region loses the file's pages from `first` on. */
static void region_cut(const struct region *r, uint64_t first)
{
    uint64_t pages = (r->end - r->start) / PAGE;
    uint64_t kept = first > r->first ? first - r->first : 0;
    if (kept < pages &&
        host_cut(r->start + kept * PAGE, (pages - kept) * PAGE, r->rights)) {
        host_exit(SIGKILL);
    }
}

/* So many were cut that some were not told: all that are mapped are asked for
 * their ends. */
static void cut_all(void)
{
    const struct region *r = region_next(0);
    for (; r; r = region_next(r->end)) {
        int64_t end = r->file ? ask1(KEEPER_END, r->file) : -1;
        if (end >= 0) {
            region_cut(r, (uint64_t)end);
        }
    }
}

void cut_look(void)
{
    struct window *window = host_window();
    uint64_t count = window->cuts;
    window->cuts = 0;
    cut_waits = false;
    if (count > WINDOW_CUTS) {
        cut_all();
        return;
    }
    for (uint64_t n = 0; n < count; n++) {
        cuts[n] = window->cut[n];
    }
    const struct region *r = region_next(0);
    for (; r; r = region_next(r->end)) {
        for (uint64_t n = 0; r->file && n < count; n++) {
            if (cuts[n].file == r->file) {
                region_cut(r, cuts[n].first);
            }
        }
    }
}
