/*
 * Millions of states that differ in a few bytes each: one is kept as what
 * differs from the first, in blocks that are never moved, and found by a table
 * of hashes. A state's number is its place in the order of finding, so that the
 * way back to the scene is a chain of numbers.
 */
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
static uint32_t blocks, used;

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
 * other memory holds follows from them (host_between). From the machine to
 * bytes, or the other way. */
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

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}

/* What differs from the first state, word by word: how many words do not,
 * which bytes of the next do, and those, combined with the first state's. */
static uint32_t pack(const uint8_t *flat, size_t size, uint8_t *to)
{
    uint8_t *at = to, same = 0;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = word_at(flat + i) ^ word_at(base + i);
        if (word == 0 && same < 255) {
            same++;
            continue;
        }
        uint8_t *mask = at + 1;
        at[0] = same;
        *mask = same = 0;
        at += 2;
        for (unsigned n = 0; n < 8; n++, word >>= 8) {
            if (word & 255) {
                *mask |= (uint8_t)(1u << n);
                *at++ = (uint8_t)word;
            }
        }
    }
    return (uint32_t)(at - to);
}

static void unpack(const uint8_t *from, uint32_t size, uint8_t *flat)
{
    memcpy(flat, base, STATE_MAX);
    for (const uint8_t *end = from + size; from < end; flat += 8) {
        flat += from[0] * 8;
        unsigned mask = from[1];
        from += 2;
        for (unsigned n = 0; n < 8; n++) {
            if (mask >> n & 1) {
                flat[n] ^= *from++;
            }
        }
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
    if (blocks == 0 || used + state->size > BLOCK) {
        block[blocks] = must(blocks < BLOCKS_MAX ? malloc(BLOCK) : NULL);
        blocks++;
        used = 0;
    }
    state->block = blocks - 1;
    state->at = used;
    memcpy(block[state->block] + used, bytes, state->size);
    used += state->size;
}

/* True for a state with that hash and these bytes. */
static bool is_same(const struct state *state, uint32_t hash,
                    const uint8_t *bytes, uint32_t size)
{
    return state->hash == hash && state->size == size &&
           memcmp(bytes_of(state), bytes, size) == 0;
}

bool states_add(uint32_t from, uint32_t call)
{
    static uint8_t flat[STATE_MAX], packed[2 * STATE_MAX];
    size_t size = flatten(flat, false);
    memset(flat + size, 0, 8); /* to a whole word */
    if (count == 0) {
        memcpy(base, flat, size);
    }
    uint32_t length = pack(flat, size, packed), hash = hash_of(packed, length);
    grow();
    for (uint32_t at = hash & table_mask; table[at];
         at = (at + 1) & table_mask) {
        if (is_same(&states[table[at] - 1], hash, packed, length)) {
            return false;
        }
    }
    states[count] = (struct state){
        .from = from, .call = call, .size = length, .hash = hash};
    keep(&states[count], packed);
    enter(count++);
    return true;
}

void states_load(uint32_t state)
{
    static uint8_t flat[STATE_MAX];
    unpack(bytes_of(&states[state]), states[state].size, flat);
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

uint32_t states_from(uint32_t state)
{
    return states[state].from;
}

uint32_t states_call(uint32_t state)
{
    return states[state].call;
}
