/*
 * The specification: what each operation answers and changes, written down
 * from kernel/ops/operations.h and the headers that it names, in facts. It
 * shares no code with the kernel, only abi/'s words. A check that stands in
 * a contract is one `if` here, in the same order.
 */
#ifndef XO5_SEARCH_SPEC_H
#define XO5_SEARCH_SPEC_H

#include "proof/search/facts.h"

/* Beside the five operations, what happens to the process that runs: it is
 * a[0] by the clock; and, if it is not init, a fault that it cannot handle. */
#define CALL_TIME 1000
#define CALL_FAULT 1001

struct call {
    uint16_t number; /* OP_CREATE to OP_SWAP, CALL_TIME, CALL_FAULT */
    uint16_t me;
    uint64_t a[5];
};

/* The state after an operation that answers OK or MORE, and what else it
 * does. */
struct expected {
    struct facts facts;
    uint64_t events[PROCESS_MAX]; /* set in the context's event word */
    uint64_t took[PROCESS_MAX];   /* entry + 1 written to its ring, or 0 */
    uint32_t reset;               /* bit n: the registers of process n */
    uint32_t masked, unmasked;    /* interrupt lines */
    uint64_t rest;                /* until when nobody has the CPU, or 0 */
};

/* What `call` answers in that state. *x is written only if that is OK or
 * MORE. */
enum error spec_call(const struct world *w, const struct call *call,
                     struct expected *x);

/* ---- the parts ----------------------------------------------------------- */

enum error spec_create(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x);
enum error spec_alloc(const struct world *w, uint64_t me, const uint64_t *a,
                      struct expected *x);
enum error spec_attach(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x);
enum error spec_update(const struct world *w, uint64_t me, const uint64_t *a,
                       struct expected *x);
enum error spec_swap(const struct world *w, uint64_t me, const uint64_t *a,
                     struct expected *x);

/* core/process.h, core/group.h, core/cpu.h: on a directory entry. */
enum error spec_process(const struct world *w, uint64_t me, uint64_t slot,
                        uint64_t resource, uint64_t rights, struct expected *x);
enum error spec_group_attach(const struct world *w, uint64_t me, uint64_t slot,
                             uint64_t resource, uint64_t rights,
                             struct expected *x);
enum error spec_group_update(const struct world *w, uint64_t me, uint64_t slot,
                             uint64_t resource, uint64_t rights,
                             struct expected *x);
enum error spec_hand(const struct world *w, uint64_t me, const uint64_t *a,
                     struct expected *x);
enum error spec_time(const struct world *w, uint64_t now, struct expected *x);
enum error spec_fault(const struct world *w, struct expected *x);

/* ---- words that they share (spec.c) -------------------------------------- */

/* I own the resource, or my child does. */
bool spec_mine(const struct world *w, uint64_t me, uint64_t frame);

/* It is a table, and mine. */
bool spec_edits(const struct world *w, uint64_t me, uint64_t table);

/* It is me, or a live child of mine. */
bool spec_my_live(const struct world *w, uint64_t me, uint64_t process);

/* It is vital, and its owner lives and is not me. */
bool spec_vital(const struct world *w, uint64_t me, uint64_t frame);

/* The entry holds that resource. */
bool spec_holds(const struct world *w, uint64_t entry, uint64_t resource);

/* The entry holds an acceptance for me, my generation, and a resource of
 * this one's kind and level. */
bool spec_accepted(const struct world *w, uint64_t me, uint64_t entry,
                   uint64_t resource);

/* A rights word that an entry can have. */
bool spec_rights_valid(uint64_t rights);

/* An ACCEPT() word that can be posted. */
bool spec_accept_valid(uint64_t word);

/* The entry is in the directory. */
static inline bool spec_directory(uint64_t entry)
{
    return entry / TABLE_ENTRIES == FRAME_DIRECTORY;
}

static inline unsigned spec_now(uint64_t rights)
{
    return rights & 15;
}

static inline unsigned spec_ceiling(uint64_t rights)
{
    return rights >> 4 & 15;
}

/* That lease ends after mine; 0 is no end. */
static inline bool spec_outlasts(uint64_t lease, uint64_t mine)
{
    return mine != 0 && (lease == 0 || lease > mine);
}

static inline bool spec_within(unsigned part, unsigned all)
{
    return (part | all) == all;
}

/* ---- changes ------------------------------------------------------------- */

/* Starts an answer: everything as it is. */
void spec_begin(const struct world *w, struct expected *x);

/* An entry holds that resource. */
void spec_put(struct expected *x, uint64_t entry, uint64_t resource,
              unsigned rights, unsigned ceiling);

/* The resource is another's, with its cost; a mark of its owner's is off. */
void spec_move(struct expected *x, uint64_t frame, uint64_t to);

/* If it was given back and nothing refers to it, it is dirty, and its cost
 * its owner's allowance again. */
void spec_settle(struct expected *x, uint64_t frame);

#endif
