/*
 * Exercise 5.4. Pipes.
 */
#include "libos/min/pipe.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "libos/min/abi.h"
#include "libos/min/process.h"

#define SHARED (RIGHT_R | RIGHT_W | RIGHT_SHARE)

static void detach_all(unsigned n)
{
    for (unsigned p = 0; p < PIPE_PAGES; p++) {
        space_detach(space_own, pipe_entry(n) + p);
    }
}

int pipe_make(void)
{
    unsigned n = 0;
    while (n < PIPES && space_own->holds[pipe_entry(n)] != 0) {
        n++;
    }
    uint32_t pages[PIPE_PAGES];
    int error = n == PIPES ? -EMFILE : pipe_take(pages);
    if (error != 0) {
        return error;
    }
    for (unsigned p = 0; p < PIPE_PAGES; p++) {
        if (!space_attach(space_own, pipe_entry(n) + p, pages[p],
                          RIGHT_R | RIGHT_W, 0, 0)) {
            detach_all(n);
            return -ENOMEM;
        }
    }
    struct pipe_ring *ring = pipe_ring(n);
    ring->taken = ring->put = 0;
    ring->ends[PIPE_READ] = pages[PIPE_RING_PAGES + PIPE_READ];
    ring->ends[PIPE_WRITE] = pages[PIPE_RING_PAGES + PIPE_WRITE];
    return (int)n;
}

/* Has any process that end open? Others may have written what they like. */
static bool is_open(const volatile struct pipe_ring *ring, enum pipe_end end)
{
    uint32_t frame = ring->ends[end];
    return frame < books_head()->frames && books_frame(frame)->refs != 0;
}

int64_t pipe_read(unsigned n, void *to, uint64_t count)
{
    struct pipe_ring *ring = pipe_ring(n);
    uint8_t *at = to;
    while (count > 0 && ring->put == ring->taken) {
        if (!is_open(ring, PIPE_WRITE)) {
            return 0;
        }
        process_pause();
    }
    while (count > 0 && ring->put != ring->taken) {
        *at++ = ring->bytes[ring->taken++ % PIPE_ROOM];
        count--;
    }
    return at - (uint8_t *)to;
}

int64_t pipe_write(unsigned n, const void *from, uint64_t count)
{
    struct pipe_ring *ring = pipe_ring(n);
    uint64_t together = count <= PIPE_BUF ? count : 1, done = 0;
    while (done < count) {
        if (!is_open(ring, PIPE_READ)) {
            return done > 0 ? (int64_t)done : -EPIPE;
        }
        if (ring->put - ring->taken > PIPE_ROOM - together) {
            process_pause();
            continue;
        }
        while (done < count && ring->put - ring->taken < PIPE_ROOM) {
            ring->bytes[ring->put++ % PIPE_ROOM] =
                ((const uint8_t *)from)[done++];
        }
    }
    return (int64_t)done;
}

void pipe_close(unsigned n, enum pipe_end end)
{
    unsigned ends = pipe_entry(n) + PIPE_RING_PAGES;
    space_detach(space_own, ends + end);
    if (space_own->holds[ends + !end] == 0) {
        detach_all(n);
    }
}

bool pipe_inherit(struct table *child)
{
    for (unsigned i = OWN_PIPES; i < OWN_PIPES + PIPES * PIPE_PAGES; i++) {
        uint32_t frame = space_frame(space_own, i);
        if (frame == 0) {
            continue;
        }
        if (op_attach(space_entry(child, i), frame,
                      RIGHTS(RIGHT_R | RIGHT_W, SHARED),
                      space_entry(space_own, i), 0) != OK) {
            return false;
        }
        child->holds[i] = space_own->holds[i];
    }
    return true;
}
