/*
 * A servant: a child that does what its parent tells it, one order at a time,
 * by a page that both share. It is for tests: an order is an operation, a load
 * or a store, done by the child as itself.
 */
#ifndef XO5_USER_SERVANT_H
#define XO5_USER_SERVANT_H

#include "lib/child.h"

struct order {
    uint64_t number, a, b, c, d, e; /* an operation, or ORDER_ */
    uint64_t answer;
    uint64_t value;
};

struct servant {
    struct child child;
    volatile struct order *order;
    uint64_t frame;
};

/* Where a servant has nothing mapped, and its parent's mapper may map. */
#define SERVANT_FREE (CHILD_SHARED + 0x1000000)

/* Builds one, with frames and slots to spare; child_start's errors. */
enum error servant_start(struct servant *servant, uint64_t frames,
                         uint64_t slots);

/* Has it call an operation, OP_CREATE to OP_SWAP; returns the answer. */
uint64_t servant_do(struct servant *servant, uint64_t number, uint64_t a,
                    uint64_t b, uint64_t c, uint64_t d, uint64_t e);

/* Has it load from an address, or store to it; the fault's vector, or
 * PROBE_NONE. */
uint64_t servant_load(struct servant *servant, uint64_t va, uint64_t *value);
uint64_t servant_store(struct servant *servant, uint64_t va, uint64_t value);

/* child_end, and the page that we share. */
uint64_t servant_end(struct servant *servant);

#endif
