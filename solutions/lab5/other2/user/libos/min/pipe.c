/*
 * Exercise 5.4. A third way: one function moves bytes, in either direction.
 */
#include "libos/min/pipe.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "libos/min/abi.h"
#include "libos/min/process.h"

#define RW (RIGHT_R | RIGHT_W)

static void detach(unsigned n, unsigned from, unsigned to)
{
    for (unsigned p = from; p < to; p++) {
        space_detach(space_own, pipe_entry(n) + p);
    }
}

int pipe_make(void)
{
    uint32_t pages[PIPE_PAGES];
    unsigned n = 0, done = 0;
    for (; n < PIPES && space_own->holds[pipe_entry(n)]; n++) {
    }
    int error = n < PIPES ? pipe_take(pages) : -EMFILE;
    while (error == 0 && done < PIPE_PAGES &&
           space_attach(space_own, pipe_entry(n) + done, pages[done], RW, 0,
                        0)) {
        done++;
    }
    if (error == 0 && done < PIPE_PAGES) {
        detach(n, 0, done);
        error = -ENOMEM;
    }
    if (error != 0) {
        return error;
    }
    *pipe_ring(n) = (struct pipe_ring){.ends = {pages[2], pages[3]}};
    return (int)n;
}

static uint64_t waiting(const struct pipe_ring *r)
{
    return r->put - r->taken;
}

static bool is_gone(unsigned n, enum pipe_end end)
{
    uint32_t page = *(volatile uint32_t *)&pipe_ring(n)->ends[end];
    return page >= books_head()->frames || books_frame(page)->refs == 0;
}

/* Moves bytes until there are no more, or no more room. */
static uint64_t move(struct pipe_ring *r, uint8_t *out, const uint8_t *in,
                     uint64_t count)
{
    uint64_t most = out ? waiting(r) : PIPE_ROOM - waiting(r);
    count = count < most ? count : most;
    for (uint64_t n = 0; n < count; n++) {
        if (out) {
            out[n] = r->bytes[(r->taken + n) % PIPE_ROOM];
        } else {
            r->bytes[(r->put + n) % PIPE_ROOM] = in[n];
        }
    }
    *(out ? &r->taken : &r->put) += count;
    return count;
}

int64_t pipe_read(unsigned n, void *to, uint64_t count)
{
    for (;;) {
        uint64_t done = move(pipe_ring(n), to, 0, count);
        if (done > 0 || count == 0 || is_gone(n, PIPE_WRITE)) {
            return (int64_t)done;
        }
        process_pause();
    }
}

int64_t pipe_write(unsigned n, const void *from, uint64_t count)
{
    const uint8_t *at = from, *end = at + count;
    while (at < end && !is_gone(n, PIPE_READ)) {
        uint64_t room = PIPE_ROOM - waiting(pipe_ring(n));
        if (count > PIPE_BUF ? room > 0 : room >= count) {
            at += move(pipe_ring(n), 0, at, (uint64_t)(end - at));
        } else {
            process_pause();
        }
    }
    uint64_t done = (uint64_t)(at - (const uint8_t *)from);
    return done < count && done == 0 ? -EPIPE : (int64_t)done;
}

void pipe_close(unsigned n, enum pipe_end end)
{
    detach(n, 2 + end, 3 + end);
    if (!space_own->holds[pipe_entry(n) + 2] &&
        !space_own->holds[pipe_entry(n) + 3]) {
        detach(n, 0, 2);
    }
}

bool pipe_inherit(struct table *child)
{
    for (unsigned i = OWN_PIPES; i < OWN_PIPES + PIPES * PIPE_PAGES; i++) {
        if (!space_own->holds[i]) {
            continue;
        }
        if (op_attach(space_entry(child, i), space_frame(space_own, i),
                      RIGHTS(RW, RW | RIGHT_SHARE), space_entry(space_own, i),
                      0) != OK) {
            return false;
        }
        child->holds[i] = space_frame(space_own, i) | HOLD_W;
    }
    return true;
}
