/*
 * Unix says that what lies behind a file's end is SIGBUS, also where a process
 * has copied the page for itself. Only the process knows its copies, so the
 * keeper cannot take them: it says in the window which files have become
 * shorter, and the process lets go of the pages before its program goes on. If
 * more were cut than the window has room for, it asks for every file's end.
 *
 * Asking makes requests, which may say more: so the list is copied first, and
 * the flag cleared before.
 */
#include "libos/unix/personality/memory/truncate.h"

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/scratch.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"

static struct truncation truncations[WINDOW_TRUNCATIONS] SCRATCH;

/* The region loses the file's pages from `first` on. */
static void region_truncate(const struct region *r, uint64_t first)
{
    uint64_t pages = (r->end - r->start) / PAGE;
    uint64_t stays = first > r->first ? first - r->first : 0;
    if (stays < pages && host_truncate(r->start + stays * PAGE,
                                       (pages - stays) * PAGE, r->rights)) {
        host_exit(SIGKILL);
    }
}

/* So many were cut that some were not told: all that are mapped are asked for
 * their ends. */
static void truncate_all(void)
{
    const struct region *r = region_next(0);
    for (; r; r = region_next(r->end)) {
        int64_t end = r->file ? request1(KEEPER_MAP_END, r->file) : -1;
        if (end >= 0) {
            region_truncate(r, (uint64_t)end);
        }
    }
}

void truncate_look(void)
{
    struct window *window = host_window();
    uint64_t count = window->truncations;
    /* Before anything is asked: the answers may bring more. */
    window->truncations = 0;
    request_truncated = false;
    if (count > WINDOW_TRUNCATIONS) {
        truncate_all();
        return;
    }
    for (uint64_t n = 0; n < count; n++) {
        truncations[n] = window->truncation[n];
    }
    const struct region *r = region_next(0);
    for (; r; r = region_next(r->end)) {
        for (uint64_t n = 0; r->file && n < count; n++) {
            if (truncations[n].file == r->file) {
                region_truncate(r, truncations[n].first);
            }
        }
    }
}
