/*
 * The compiled operations on this machine, and images of their memory.
 *
 * The linker places the operations' arrays where nothing is; host.c maps all
 * of them as zeros that can be read, and a few pages, the windows, as memory
 * that can be written. An image holds what the windows hold: `before` is a
 * state, `after` what the prover says of the state that follows it.
 */
#ifndef XO5_PROOF_COMPARE_HOST_H
#define XO5_PROOF_COMPARE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cpu.h"
#include "core/link.h"

/* Frames: six pages of records. The first HOT records of each can be tables;
 * the first of the page is the head of a unit of level 2, or 3, but for the
 * last page's, which ends with the last frame there is. */
#define CLUSTERS 6
#define HOT 8
#define PAGE_FRAMES (FRAME_SIZE / sizeof(struct frame))
#define PAGE_EXTENTS (FRAME_SIZE / sizeof(uint16_t))

/* The first frame of each cluster. */
#define CLUSTER_0 UINT64_C(0)
#define CLUSTER_1 (UINT64_C(1) << 18)
#define CLUSTER_2 (CLUSTER_1 + 512)
#define CLUSTER_3 (UINT64_C(0x400000000) - (UINT64_C(1) << 18))
#define CLUSTER_4 (UINT64_C(0x400000000) - 512)
#define CLUSTER_5 (UINT64_C(0x400000000) - HOT)

struct memory {
    uint64_t entries[CLUSTERS * HOT * TABLE_ENTRIES];
    struct frame frames[CLUSTERS * PAGE_FRAMES];
    uint16_t extents2[2 * PAGE_EXTENTS], extents3[2 * PAGE_EXTENTS];
    struct process processes[PROCESS_MAX];
    struct group groups[GROUP_MAX];
    struct books books;
    struct cpu_state cpus[CPU_MAX];
    uint32_t open_groups, depth, page_levels;
};

extern struct memory before, after;

/* The number of the cluster whose page has that frame's record, or -1. */
static inline int cluster_of(uint64_t frame)
{
    switch (frame / PAGE_FRAMES) {
    case CLUSTER_0 / PAGE_FRAMES:
        return 0;
    case CLUSTER_1 / PAGE_FRAMES:
        return 1;
    case CLUSTER_2 / PAGE_FRAMES:
        return 2;
    case CLUSTER_3 / PAGE_FRAMES:
        return 3;
    case CLUSTER_4 / PAGE_FRAMES:
        return 4;
    case CLUSTER_5 / PAGE_FRAMES:
        return 5;
    default:
        return -1;
    }
}

/* The first frame of a cluster. */
static inline uint64_t cluster_start(unsigned cluster)
{
    static const uint64_t start[CLUSTERS] = {CLUSTER_0, CLUSTER_1, CLUSTER_2,
                                             CLUSTER_3, CLUSTER_4, CLUSTER_5};
    return start[cluster];
}

/* The record of a frame in an image; NULL if no window has it. */
static inline struct frame *frame_in(struct memory *memory, uint64_t frame)
{
    int cluster = cluster_of(frame);
    return cluster < 0 ? NULL
                       : &memory->frames[(unsigned)cluster * PAGE_FRAMES +
                                         frame % PAGE_FRAMES];
}

/* True if the frame's own memory is in a window. */
static inline bool is_hot(uint64_t frame)
{
    int cluster = cluster_of(frame);
    return cluster >= 0 && frame - cluster_start((unsigned)cluster) < HOT;
}

/* An entry, or a word of a frame; NULL if no window has it. */
static inline uint64_t *entry_in(struct memory *memory, uint64_t entry)
{
    uint64_t frame = entry / TABLE_ENTRIES;
    if (!is_hot(frame)) {
        return NULL;
    }
    unsigned cluster = (unsigned)cluster_of(frame);
    uint64_t number = cluster * HOT + frame - cluster_start(cluster);
    return &memory->entries[number * TABLE_ENTRIES + entry % TABLE_ENTRIES];
}

/* An extent: the first page of all of them, or the page of the last. */
static inline uint16_t *extent_in(uint16_t *image, uint64_t extent,
                                  uint64_t count)
{
    if (extent < PAGE_EXTENTS) {
        return &image[extent];
    }
    if (extent < count && extent >= count - PAGE_EXTENTS) {
        return &image[extent - count + 2 * PAGE_EXTENTS];
    }
    return NULL;
}

static inline uint16_t *extent2_in(struct memory *memory, uint64_t extent)
{
    return extent_in(memory->extents2, extent, FRAMES_MAX >> 9);
}

static inline uint16_t *extent3_in(struct memory *memory, uint64_t extent)
{
    return extent_in(memory->extents3, extent, FRAMES_MAX >> 18);
}

/* ---- primitives ---------------------------------------------------------- */

enum primitive {
    PORTS,    /* first | count << 16, open or shut */
    PORTS_ON, /* 0, whether any are */
    IRQ,      /* line, 1 if it may interrupt */
    SWITCH,   /* 0, 1 */
    RESET,    /* process, 1 */
    CLEAR,    /* frame, 0 */
    FLUSH,    /* 0, a digest of all entries then */
    PRIMITIVES
};

#define TOLD_MAX 64

/* What each primitive was told, call by call. */
struct told {
    unsigned count[PRIMITIVES];
    struct {
        uint64_t at, value;
    } call[PRIMITIVES][TOLD_MAX];
};

extern struct told by_code, by_prover;

void told_nothing(struct told *told);
void tell(struct told *told, enum primitive what, uint64_t at, uint64_t value);

/* A number that stands for all the entries of an image, or of the windows. */
uint64_t digest(const uint64_t *entries);

/* ---- windows ------------------------------------------------------------- */

/* A piece of the operations' memory, and where an image has it. */
struct window {
    void *real;
    size_t offset, size;
};

/* Maps the memory. Once; exits if that cannot be. */
void host_map(void);

/* The windows, as many as `count` then says. */
const struct window *host_windows(unsigned *count);

/* Makes the operations' memory `before`. */
void host_lay(void);

/* Runs `run` on the operations' memory. False if it touches what it must
 * not; *fault is the address then. */
bool host_run(uint64_t (*run)(uint64_t *), uint64_t *arguments,
              uint64_t *answer, uint64_t *fault);

#endif
