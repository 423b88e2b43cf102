/*
 * Contracts at the borders of the kernel's files. In a kernel built with
 * CHECK=n the linker sends each call of a function that has a CONTRACT here
 * from another file to that (ld's --wrap; the Makefile takes the names from
 * these files), and it calls the function itself as __real_NAME. So what is
 * checked is the same code, and nothing in it knows.
 *
 *     CONTRACT(void, frame_drop, uint64_t frame)
 *     {
 *         ASSERT(frames[frame].refs == 0, "frame_drop: without refs");
 *         __real_frame_drop(frame);
 *     }
 *
 * A function's calls of another in its own file do not pass here.
 */
#ifndef XO5_CONTRACTS_CONTRACT_H
#define XO5_CONTRACTS_CONTRACT_H

#include "core/books.h"
#include "core/tables.h"
#include "lib/assert.h"

#define CONTRACT(type, name, ...)                                              \
    type __real_##name(__VA_ARGS__);                                           \
    type __wrap_##name(__VA_ARGS__);                                           \
    type __wrap_##name(__VA_ARGS__)

/* What freed memory is filled with: as an entry, it is present and leads to an
 * address that no processor has. */
#define POISON UINT64_C(0xdbdbdbdbdbdbdbdb)

/* A page that contracts look at: it leads to one of two frames, whose first
 * words are 0 and 1, by that entry. `at` is NULL until the books are mapped. */
extern struct canary {
    const volatile uint64_t *at;
    uint64_t entry, frame[2];
} canary;

/* A set of answers, and whether this one is in it. */
#define ONE(error) (1u << (error))

static inline bool is_one_of(enum error error, unsigned set)
{
    return (unsigned)error < ERROR_COUNT && (set >> error & 1);
}

/* True if the word names an entry that can be read: of a frame of RAM. */
static inline bool is_entry(uint64_t entry)
{
    uint64_t table = entry / TABLE_ENTRIES;
    return table < FRAMES_MAX && frames[table].kind != KIND_NONE &&
           frames[table].kind != KIND_DEVICE;
}

/* What an operation may change and a failed one must not, as one number:
 * every process's record and group, and the records and entries named. */
static inline uint64_t mix(uint64_t sum, const void *from, uint64_t bytes)
{
    const uint8_t *at = from;
    for (uint64_t i = 0; i < bytes; i++) {
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

static inline uint64_t mix_frame(uint64_t sum, uint64_t frame)
{
    return frame < FRAMES_MAX ? mix(sum, &frames[frame], sizeof(*frames)) : sum;
}

static inline uint64_t mix_entry(uint64_t sum, uint64_t entry)
{
    if (!is_entry(entry)) {
        return sum;
    }
    uint64_t bits = entry_load(entry).bits & ~(PTE_A | PTE_D);
    sum = mix(sum, &bits, sizeof(bits));
    return mix_frame(sum, entry / TABLE_ENTRIES);
}

static inline uint64_t mix_processes(void)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        if (processes[p].generation != 0 || p == SLOT_INIT) {
            sum = mix(sum, &processes[p], sizeof(*processes));
        }
    }
    return mix(sum, groups, GROUP_MAX * sizeof(*groups));
}

#endif
