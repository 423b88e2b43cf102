/*
 * What the C that the prover's formulas become (translate.py, predict.py) is
 * made of: the formulas' operators, reads of `before`, and stores to `after`.
 * A value of n bits is kept in a word whose other bits are 0.
 */
#ifndef XO5_PROOF_COMPARE_PREDICT_H
#define XO5_PROOF_COMPARE_PREDICT_H

#include <string.h>

#include "proof/compare/fields.h"
#include "proof/compare/host.h"
#include "proof/compare/operations.h"

/* ---- operators, as SMT-LIB defines them ---------------------------------- */

static inline uint64_t mask(uint64_t value, unsigned bits)
{
    return bits == 64 ? value : value & ((UINT64_C(1) << bits) - 1);
}

static inline int64_t sign(uint64_t value, unsigned bits)
{
    return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static inline uint64_t shift_left(uint64_t value, uint64_t by, unsigned bits)
{
    return by >= bits ? 0 : mask(value << by, bits);
}

static inline uint64_t shift_right(uint64_t value, uint64_t by, unsigned bits)
{
    return by >= bits ? 0 : value >> by;
}

static inline uint64_t shift_signed(uint64_t value, uint64_t by, unsigned bits)
{
    uint64_t most = bits - 1;
    return mask((uint64_t)(sign(value, bits) >> (by < bits ? by : most)), bits);
}

static inline uint64_t divide(uint64_t one, uint64_t other, unsigned bits)
{
    return other == 0 ? mask(UINT64_MAX, bits) : one / other;
}

static inline uint64_t remainder_of(uint64_t one, uint64_t other)
{
    return other == 0 ? one : one % other;
}

static inline bool product_fits(uint64_t one, uint64_t other, unsigned bits)
{
    return (unsigned __int128)one * other >> bits == 0;
}

static inline bool product_below(uint64_t one, uint64_t other, unsigned bits)
{
    __int128 most = ((__int128)1 << (bits - 1)) - 1;
    return (__int128)sign(one, bits) * sign(other, bits) <= most;
}

static inline bool product_above(uint64_t one, uint64_t other, unsigned bits)
{
    __int128 least = -((__int128)1 << (bits - 1));
    return (__int128)sign(one, bits) * sign(other, bits) >= least;
}

/* ---- fields: get_ reads what is before, put_ changes what is after ------ */

/* A store where no window is: the prover says so, and it is wrong. */
void put_outside(const char *where, uint64_t index);

#define FIELD(record, field, found_before, found_after)                        \
    static inline uint64_t get_##record##_##field(uint64_t index)              \
    {                                                                          \
        return found_before ? (found_before)->field : 0;                       \
    }                                                                          \
    static inline void put_##record##_##field(uint64_t index, uint64_t value)  \
    {                                                                          \
        if (!(found_after)) {                                                  \
            put_outside(#record "." #field, index);                            \
            return;                                                            \
        }                                                                      \
        (found_after)->field = (__typeof__((found_after)->field))value;        \
    }

#define IN(array, index, count) ((index) < (count) ? &(array)[index] : NULL)
#define FRAME_FIELD(name)                                                      \
    FIELD(frame, name, frame_in(&before, index), frame_in(&after, index))
#define PROCESS_FIELD(name)                                                    \
    FIELD(process, name, IN(before.processes, index, PROCESS_MAX),             \
          IN(after.processes, index, PROCESS_MAX))
#define GROUP_FIELD(name)                                                      \
    FIELD(group, name, IN(before.groups, index, GROUP_MAX),                    \
          IN(after.groups, index, GROUP_MAX))
#define CPU_FIELD(name)                                                        \
    FIELD(cpu, name, IN(before.cpus, index, CPU_MAX),                          \
          IN(after.cpus, index, CPU_MAX))
#define BOOKS_FIELD(name)                                                      \
    static inline uint64_t get_books_##name(void)                              \
    {                                                                          \
        return before.books.name;                                              \
    }

FRAME_FIELDS(FRAME_FIELD)
PROCESS_FIELDS(PROCESS_FIELD)
GROUP_FIELDS(GROUP_FIELD)
CPU_FIELDS(CPU_FIELD)
BOOKS_FIELDS(BOOKS_FIELD)

#define WORD(name, find)                                                       \
    static inline uint64_t get_##name(uint64_t index)                          \
    {                                                                          \
        return find(&before, index) ? *find(&before, index) : 0;               \
    }                                                                          \
    static inline void put_##name(uint64_t index, uint64_t value)              \
    {                                                                          \
        if (!find(&after, index)) {                                            \
            put_outside(#name, index);                                         \
            return;                                                            \
        }                                                                      \
        *find(&after, index) = (__typeof__(*find(&after, index)))value;        \
    }

WORD(entry, entry_in)
WORD(context, entry_in)
WORD(extents2, extent2_in)
WORD(extents3, extent3_in)

static inline uint64_t get_open_groups(void)
{
    return before.open_groups;
}

static inline void put_open_groups(uint64_t value)
{
    after.open_groups = (uint32_t)value;
}

static inline uint64_t get_depth(void)
{
    return before.depth;
}

static inline uint64_t get_page_levels(void)
{
    return before.page_levels;
}

/* The prover's own note that translations are stale: at first, none are. */
static inline uint64_t get_stale(void)
{
    return 0;
}

/* ---- primitives ---------------------------------------------------------- */

static inline void put_irq(uint64_t line, uint64_t on)
{
    tell(&by_prover, IRQ, line, on);
}

static inline void put_ports(uint64_t range, uint64_t open)
{
    tell(&by_prover, PORTS, range, open);
}

static inline void put_ports_on(uint64_t any)
{
    tell(&by_prover, PORTS_ON, 0, any);
}

static inline void put_switch(uint64_t asked)
{
    tell(&by_prover, SWITCH, 0, asked);
}

static inline void put_reset(uint64_t process, uint64_t reset)
{
    tell(&by_prover, RESET, process, reset);
}

/* Fills a frame of `memory` with that word. */
static inline void fill(struct memory *memory, uint64_t frame, uint64_t word)
{
    uint64_t *at = entry_in(memory, frame * TABLE_ENTRIES);
    for (unsigned i = 0; at && i < TABLE_ENTRIES; i++) {
        at[i] = word;
    }
}

static inline void put_frame(uint64_t frame, uint64_t word)
{
    tell(&by_prover, CLEAR, frame, word);
    fill(&after, frame, word);
}

/* Between start_flush and end_flush: the stores to entries that were made
 * when it came to a flush. */
extern struct memory flushed;

static inline void start_flush(void)
{
    memcpy(flushed.entries, before.entries, sizeof(flushed.entries));
}

static inline void flush_entry(uint64_t index, uint64_t value)
{
    uint64_t *at = entry_in(&flushed, index);
    if (at) {
        *at = value;
    }
}

static inline void flush_frame(uint64_t frame, uint64_t word)
{
    fill(&flushed, frame, word);
}

static inline void end_flush(void)
{
    tell(&by_prover, FLUSH, 0, digest(flushed.entries));
}

#endif
