/*
 * Exercise 5.4. Another way: bytes go in and out in pieces that lie in a row.
 */
#include "libos/min/pipe.h"

#include "lib/books.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/process.h"

static bool has_holder(unsigned n, enum pipe_end end)
{
    uint64_t frame = *(volatile uint32_t *)&pipe_ring(n)->ends[end];
    return frame < books_head()->frames && books_frame(frame)->refs > 0;
}

int pipe_make(void)
{
    for (unsigned n = 0; n < PIPES; n++) {
        unsigned first = pipe_entry(n);
        uint32_t pages[PIPE_PAGES];
        if (space_own->holds[first] != 0) {
            continue;
        }
        int error = pipe_take(pages);
        for (unsigned p = 0; error == 0 && p < PIPE_PAGES; p++) {
            error = space_attach(space_own, first + p, pages[p],
                                 RIGHT_R | RIGHT_W, 0, 0)
                        ? 0
                        : -ENOMEM;
        }
        if (error != 0) {
            pipe_close(n, PIPE_READ);
            pipe_close(n, PIPE_WRITE);
            return error;
        }
        pipe_ring(n)->put = pipe_ring(n)->taken;
        memcpy(pipe_ring(n)->ends, pages + PIPE_RING_PAGES,
               sizeof(pipe_ring(n)->ends));
        return (int)n;
    }
    return -EMFILE;
}

static uint64_t least(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

int64_t pipe_read(unsigned n, void *to, uint64_t count)
{
    struct pipe_ring *ring = pipe_ring(n);
    uint64_t done = 0;
    while (count > 0 && ring->put == ring->taken && has_holder(n, PIPE_WRITE)) {
        process_pause();
    }
    while (done < count && ring->put != ring->taken) {
        uint64_t at = ring->taken % PIPE_ROOM;
        uint64_t some =
            least(count - done, ring->put - ring->taken, PIPE_ROOM - at);
        memcpy((uint8_t *)to + done, ring->bytes + at, some);
        ring->taken += some;
        done += some;
    }
    return (int64_t)done;
}

int64_t pipe_write(unsigned n, const void *from, uint64_t count)
{
    struct pipe_ring *ring = pipe_ring(n);
    uint64_t done = 0;
    while (done < count && has_holder(n, PIPE_READ)) {
        uint64_t room = PIPE_ROOM - (ring->put - ring->taken);
        uint64_t at = ring->put % PIPE_ROOM;
        if (room == 0 || (count <= PIPE_BUF && room < count - done)) {
            process_pause();
            continue;
        }
        uint64_t some = least(count - done, room, PIPE_ROOM - at);
        memcpy(ring->bytes + at, (const uint8_t *)from + done, some);
        ring->put += some;
        done += some;
    }
    return done == 0 && count > 0 ? -EPIPE : (int64_t)done;
}

void pipe_close(unsigned n, enum pipe_end end)
{
    unsigned first = pipe_entry(n), third = first + PIPE_RING_PAGES;
    enum pipe_end other = end == PIPE_READ ? PIPE_WRITE : PIPE_READ;
    space_detach(space_own, third + end);
    for (unsigned p = 0; p < PIPE_RING_PAGES; p++) {
        if (space_own->holds[third + other] == 0) {
            space_detach(space_own, first + p);
        }
    }
}

bool pipe_inherit(struct table *child)
{
    uint64_t rights =
        RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W | RIGHT_SHARE);
    bool done = true;
    for (unsigned i = pipe_entry(0); done && i < pipe_entry(PIPES); i++) {
        child->holds[i] = space_own->holds[i];
        done = child->holds[i] == 0 ||
               op_attach(space_entry(child, i), space_frame(space_own, i),
                         rights, space_entry(space_own, i), 0) == OK;
    }
    return done;
}
