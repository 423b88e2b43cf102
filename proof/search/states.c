#include "proof/search/states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof/search/host.h"

#define BLOCK (UINT64_C(64) << 20)
#define BLOCKS_MAX 256
#define STATE_MAX (2 * sizeof(struct snapshot))

struct state {
    uint32_t from, call;
    uint32_t block, at; /* its bytes */
    uint32_t size, hash;
};

static struct state *states;
static uint32_t count, room;
static uint32_t *table; /* state + 1 by hash, or 0 */
static uint32_t table_mask;
static uint8_t base[STATE_MAX]; /* the first state's; others differ little */
static uint8_t *block[BLOCKS_MAX];
static uint32_t blocks, used = BLOCK;

static void *must(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "search: no memory for %u states\n", count);
        exit(2);
    }
    return memory;
}

/* ---- a state as bytes ---------------------------------------------------- */

/* The parts of a state: the books, the directory, and every table. What
 * other memory holds follows from them (host_between). */
static size_t flatten(uint8_t *to, bool load)
{
    struct part {
        void *at;
        size_t size;
    } part[] = {
        {frames, sizeof(frames[0]) * FRAMES_MAX},
        {processes, sizeof(processes[0]) * PROCESS_MAX},
        {groups, sizeof(groups[0]) * GROUP_MAX},
        {cpus, sizeof(cpus[0]) * CPU_MAX},
        {extents2, sizeof(extents2[0]) * EXTENTS2},
        {extents3, sizeof(extents3[0]) * EXTENTS3},
        {tables[FRAME_DIRECTORY], sizeof(tables[0])},
    };
    size_t size = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(part); i++) {
        memcpy(load ? part[i].at : to + size, load ? to + size : part[i].at,
               part[i].size);
        size += part[i].size;
    }
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        if (frames[f].kind == KIND_TABLE) {
            memcpy(load ? (void *)tables[f] : to + size,
                   load ? to + size : (void *)tables[f], sizeof(tables[0]));
            size += sizeof(tables[0]);
        }
    }
    return size;
}

static bool is_zero(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word == 0;
}

/* Bytes with their zeros counted: how many zeros, how many others, those. */
static uint32_t pack(const uint8_t *from, size_t size, uint8_t *to)
{
    uint8_t *at = to;
    for (size_t i = 0; i < size;) {
        unsigned zeros = 0, others = 0;
        while (i + 8 <= size && zeros < 240 && is_zero(from + i)) {
            i += 8;
            zeros += 8;
        }
        for (; i < size && from[i] == 0 && zeros < 255; i++) {
            zeros++;
        }
        *at++ = (uint8_t)zeros;
        uint8_t *length = at++;
        for (; i < size && from[i] != 0 && others < 255; i++) {
            at[others++] = from[i];
        }
        *length = (uint8_t)others;
        at += others;
    }
    return (uint32_t)(at - to);
}

static size_t unpack(const uint8_t *from, uint32_t size, uint8_t *flat)
{
    uint8_t *to = flat;
    for (const uint8_t *end = from + size; from < end;) {
        memset(to, 0, from[0]);
        to += from[0];
        memcpy(to, from + 2, from[1]);
        to += from[1];
        from += 2 + from[1];
    }
    return (size_t)(to - flat);
}

/* There and back: what differs from the first state. */
static void against_base(uint8_t *flat, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        flat[i] ^= base[i];
    }
}

static uint32_t hash_of(const uint8_t *bytes, uint32_t size)
{
    uint64_t hash = 0x9e3779b97f4a7c15;
    for (uint32_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

/* ---- the set ------------------------------------------------------------- */

static void enter(uint32_t state)
{
    uint32_t at = states[state].hash & table_mask;
    while (table[at]) {
        at = (at + 1) & table_mask;
    }
    table[at] = state + 1;
}

static void grow(void)
{
    if (count == room) {
        room = room ? room * 2 : 1024;
        states = must(realloc(states, room * sizeof(states[0])));
    }
    if (count * UINT64_C(2) >= table_mask) {
        table_mask = table_mask * 2 + 1;
        table_mask = table_mask < 4095 ? 4095 : table_mask;
        free(table);
        table = must(calloc(table_mask + UINT64_C(1), sizeof(table[0])));
        for (uint32_t n = 0; n < count; n++) {
            enter(n);
        }
    }
}

static const uint8_t *bytes_of(const struct state *state)
{
    return block[state->block] + state->at;
}

static void keep(struct state *state, const uint8_t *bytes)
{
    if (used + state->size > BLOCK) {
        block[blocks] = must(blocks < BLOCKS_MAX ? malloc(BLOCK) : NULL);
        blocks++;
        used = 0;
    }
    state->block = blocks - 1;
    state->at = used;
    memcpy(block[state->block] + used, bytes, state->size);
    used += state->size;
}

bool states_add(uint32_t from, uint32_t call)
{
    static uint8_t flat[STATE_MAX], packed[STATE_MAX];
    struct state new = {.from = from, .call = call};
    size_t size = flatten(flat, false);
    if (count == 0) {
        memcpy(base, flat, size);
    }
    against_base(flat, size);
    new.size = pack(flat, size, packed);
    new.hash = hash_of(packed, new.size);
    grow();
    for (uint32_t at = new.hash & table_mask; table[at];
         at = (at + 1) & table_mask) {
        const struct state *old = &states[table[at] - 1];
        if (old->hash == new.hash && old->size == new.size &&
            memcmp(bytes_of(old), packed, new.size) == 0) {
            return false;
        }
    }
    keep(&new, packed);
    states[count] = new;
    enter(count++);
    return true;
}

void states_load(uint32_t state)
{
    static uint8_t flat[STATE_MAX];
    against_base(flat, unpack(bytes_of(&states[state]), states[state].size,
                              flat));
    memset(entries, 0, ENTRY_COUNT * sizeof(entries[0]));
    flatten(flat, true);
    host_fill();
    host_between();
    host_leave();
}

uint32_t states_count(void)
{
    return count;
}

uint64_t states_bytes(void)
{
    return blocks ? (blocks - 1) * BLOCK + used : 0;
}

uint32_t states_from(uint32_t state)
{
    return states[state].from;
}

uint32_t states_call(uint32_t state)
{
    return states[state].call;
}
