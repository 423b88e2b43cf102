/*
 * What a machine's state says, as facts: what each frame is and whose, what
 * each entry of a table holds, what each process has. No counter is among
 * them; what counts facts is counted anew (struct counts), and the kernel's
 * counters are compared with that.
 *
 * Entries are taken apart by facts.c itself, after SDM 3A, 5.5, and the
 * drawings in core/link.h and abi/resources.h, not by the kernel's helpers.
 */
#ifndef XO5_SEARCH_FACTS_H
#define XO5_SEARCH_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/books.h"
#include "abi/errors.h"
#include "abi/operations.h"
#include "abi/rights.h"
#include "proof/search/host.h"

/* What an entry holds. */
enum holds {
    HOLDS_NO_ENTRY = 0, /* its frame is no table of a process */
    HOLDS_NOTHING,
    HOLDS_RESOURCE,
    HOLDS_ACCEPTANCE,
};

struct fact_entry {
    uint8_t holds;
    uint8_t rights;             /* of a resource: R, W, X */
    uint8_t ceiling;            /* of both: R, W, X, SHARE */
    uint8_t giver, kind, level; /* of an acceptance */
    uint16_t spare;             /* 0: facts are compared as bytes */
    uint64_t what;              /* the resource; the giver's generation */
};

struct fact_frame {
    uint8_t kind, level;
    bool given, vital;
    uint16_t owner;
    uint16_t cleared;
};

struct fact_process {
    uint8_t state, running, reason, vector;
    uint16_t parent, giver, slots, spare;
    uint32_t generation, groups, spare2;
    uint64_t table, context, allowance, accepts, taken, lease;
};

struct facts {
    struct fact_frame frames[FRAMES_MAX];
    struct fact_entry entries[ENTRY_COUNT];
    struct fact_process processes[PROCESS_MAX];
    uint64_t running;
    uint16_t holder[GROUP_MAX];
};

struct counts {
    uint32_t refs[FRAMES_MAX]; /* entries, both kinds of slots of the
                                  directory, and contexts */
    uint32_t live[FRAMES_MAX]; /* entries of a table that hold a resource */
    uint8_t context_of[FRAMES_MAX]; /* the live process, or 0 */
    uint64_t owned[PROCESS_MAX];
    uint32_t children[PROCESS_MAX], vitals[PROCESS_MAX];
};

/* A state: its facts, and what they come to. */
struct world {
    struct facts facts;
    struct counts counts;
};

/* Reads the facts out of the kernel's books and memory. */
void facts_read(struct facts *facts);

/* Counts. Every index in the facts is in range (facts_read sees to it). */
void counts_make(const struct facts *facts, struct counts *counts);

static inline void world_read(struct world *world)
{
    facts_read(&world->facts);
    counts_make(&world->facts, &world->counts);
}

/* True for MEMORY, TABLE and DEVICE. */
static inline bool fact_is_resource(unsigned kind)
{
    return kind == KIND_MEMORY || kind == KIND_TABLE || kind == KIND_DEVICE;
}

/* Frames in a page of that level. */
static inline uint64_t fact_size(unsigned level)
{
    return level < 2 ? 1 : UINT64_C(1) << SMALL_INDEX_BITS * (level - 1);
}

/* Frames that the unit at a frame takes up. */
static inline uint64_t fact_extent(const struct fact_frame *f)
{
    bool large = f->kind == KIND_MEMORY || f->kind == KIND_DIRTY;
    return large ? fact_size(f->level) : 1;
}

/* What a resource takes of an allowance. */
static inline uint64_t fact_cost(const struct fact_frame *f)
{
    return f->kind == KIND_MEMORY ? fact_size(f->level) : 1;
}

/* The first frame of the larger unit that covers a frame, or the frame. */
uint64_t fact_head(const struct facts *facts, uint64_t frame);

#endif
