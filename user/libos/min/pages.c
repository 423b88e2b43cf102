/* The pages that pipes are made of. */
#include "lib/books.h"
#include "libos/min/abi.h"
#include "libos/min/pipe.h"

static uint32_t made[PIPES][PIPE_PAGES]; /* frames; 0: not made yet */

/* Not made by me, or made, and nobody holds it any more? */
static bool is_free(uint32_t frame)
{
    return frame == 0 || !space_is_mine(frame) || books_frame(frame)->refs == 0;
}

/* The pages of a pipe that are all free; NULL: there are none. */
static uint32_t *free_pages(void)
{
    for (unsigned k = 0; k < PIPES; k++) {
        unsigned p = 0;
        while (p < PIPE_PAGES && is_free(made[k][p])) {
            p++;
        }
        if (p == PIPE_PAGES) {
            return made[k];
        }
    }
    return 0;
}

int pipe_take(uint32_t pages[PIPE_PAGES])
{
    uint32_t *has = free_pages();
    if (has == 0) {
        return -EMFILE;
    }
    for (unsigned p = 0; p < PIPE_PAGES; p++) {
        if (has[p] == 0 || !space_is_mine(has[p])) {
            has[p] = space_page();
        }
        if (has[p] == 0 || !space_keep(has[p])) {
            return -ENOMEM;
        }
        pages[p] = has[p];
    }
    return 0;
}

bool pipe_is_ready(unsigned n, enum pipe_end end)
{
    const volatile struct pipe_ring *ring = pipe_ring(n);
    uint64_t waits = ring->put - ring->taken;
    uint32_t other = ring->ends[!end]; /* or whatever somebody wrote there */
    bool has_other =
        other < books_head()->frames && books_frame(other)->refs != 0;
    return !has_other || (end == PIPE_READ ? waits > 0 : waits < PIPE_ROOM);
}
