/*
 * A second reading of the machine's words. The kernel's helpers are what is
 * searched for faults, so none of them is called here: bits are taken apart
 * after the manual, and the counts are made from nothing but what the tables
 * hold. A record that says what no record may say ends the search at once.
 */
#include "proof/search/facts.h"

#include <string.h>

#include "proof/search/broke.h"

/* SDM 3A, tables 5-14 to 5-20, bit by bit. */
#define BIT(n) (UINT64_C(1) << (n))
#define PRESENT BIT(0)
#define WRITABLE BIT(1)
#define NO_EXECUTE BIT(63)
#define MARK BIT(63) /* of an acceptance */

static uint64_t bits(uint64_t word, unsigned low, unsigned count)
{
    return word >> low & (BIT(count) - 1);
}

static struct fact_entry read_entry(uint64_t entry)
{
    uint64_t word = entries[entry].bits;
    struct fact_entry fact = {.holds = HOLDS_NOTHING};
    if (word & PRESENT) {
        fact.holds = HOLDS_RESOURCE;
        fact.rights = RIGHT_R;
        fact.rights |= word & WRITABLE ? RIGHT_W : 0;
        fact.rights |= word & NO_EXECUTE ? 0 : RIGHT_X;
        fact.ceiling = RIGHT_R;
        fact.ceiling |= bits(word, 52, 1) ? RIGHT_W : 0;
        fact.ceiling |= bits(word, 53, 1) ? RIGHT_X : 0;
        fact.ceiling |= bits(word, 54, 1) ? RIGHT_SHARE : 0;
        fact.what = bits(word, 12, 40);
        if (fact.what >= FRAMES_MAX) {
            broke("invariant 3: entry %s holds no frame of this machine",
                  name_entry(entry));
        }
    } else if (word) {
        fact.holds = HOLDS_ACCEPTANCE;
        fact.ceiling = (uint8_t)bits(word, 48, 4);
        fact.giver = (uint8_t)bits(word, 8, 8);
        fact.kind = (uint8_t)bits(word, 1, 3);
        fact.level = (uint8_t)bits(word, 4, 3);
        fact.what = bits(word, 16, 32);
        if (!(word & MARK) || bits(word, 52, 11) || bits(word, 7, 1)) {
            broke("invariant 3: empty entry %s holds 0x%lx, no acceptance",
                  name_entry(entry), (unsigned long)word);
        }
    }
    return fact;
}

static void read_frame(uint64_t frame, struct fact_frame *fact)
{
    const struct frame *f = &frames[frame];
    if (f->kind > KIND_DEVICE || f->level > 5 || f->owner >= PROCESS_MAX ||
        f->spare != 0) {
        broke("invariant 3: the record of frame %u has kind %u, level %u, "
              "owner %u",
              (unsigned)frame, f->kind, f->level, f->owner);
    }
    fact->kind = f->kind;
    fact->level = f->level;
    fact->given = f->flags & FRAME_GIVEN;
    fact->vital = f->flags & FRAME_VITAL;
    fact->owner = f->owner;
    fact->cleared = (uint16_t)f->cleared;
}

static void read_process(unsigned slot, struct fact_process *fact)
{
    const struct process *p = &processes[slot];
    if (p->state > PROCESS_DEAD || p->parent >= PROCESS_MAX ||
        p->giver >= PROCESS_MAX || p->table >= FRAMES_MAX ||
        p->context >= FRAMES_MAX || p->running > 1) {
        broke("invariant 3: the record of process %u has state %u, parent "
              "%u, giver %u, running %u",
              slot, p->state, p->parent, p->giver, p->running);
    }
    *fact = (struct fact_process){
        .state = p->state,
        .running = p->running,
        .reason = p->reason,
        .vector = p->vector,
        .parent = p->parent,
        .giver = p->giver,
        .slots = p->slots,
        .generation = p->generation,
        .groups = p->groups,
        .table = p->table,
        .context = p->context,
        .allowance = p->allowance,
        .accepts = p->accepts,
        .taken = p->taken,
        .lease = p->lease,
    };
}

void facts_read(struct facts *facts)
{
    memset(facts, 0, sizeof(*facts));
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        read_frame(f, &facts->frames[f]);
        for (uint64_t e = f * TABLE_ENTRIES;
             frames[f].kind == KIND_TABLE && e < (f + 1) * TABLE_ENTRIES; e++) {
            facts->entries[e] = read_entry(e);
        }
    }
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        read_process(p, &facts->processes[p]);
    }
    facts->running = cpus[0].process;
    if (facts->running < 1 || facts->running >= PROCESS_MAX) {
        broke("invariant 12: process %lu runs", (unsigned long)facts->running);
    }
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        facts->holder[n] = groups[n].holder;
    }
}

void counts_make(const struct facts *facts, struct counts *counts)
{
    memset(counts, 0, sizeof(*counts));
    for (uint64_t e = 0; e < ENTRY_COUNT; e++) {
        if (facts->entries[e].holds == HOLDS_RESOURCE) {
            counts->refs[facts->entries[e].what]++;
            counts->live[e / TABLE_ENTRIES]++;
        }
    }
    for (uint64_t f = 0; f < FRAMES_MAX; f++) {
        const struct fact_frame *frame = &facts->frames[f];
        if (fact_is_resource(frame->kind)) {
            counts->owned[frame->owner] += fact_cost(frame);
            counts->vitals[frame->owner] += frame->vital;
        }
    }
    for (uint8_t p = 1; p < PROCESS_MAX; p++) {
        const struct fact_process *process = &facts->processes[p];
        if (process->state == PROCESS_LIVE) {
            counts->refs[process->table]++;
            counts->refs[process->context]++;
            counts->context_of[process->context] = p;
        }
        if (process->state != PROCESS_FREE) {
            counts->children[process->parent]++;
        }
    }
    counts->refs[facts->processes[facts->running].table]++;
}

uint64_t fact_head(const struct facts *facts, uint64_t frame)
{
    for (unsigned level = 3; level > 1; level--) {
        uint64_t head = frame - frame % fact_size(level);
        const struct fact_frame *f = &facts->frames[head];
        if (f->level >= level && fact_extent(f) > frame - head) {
            return head;
        }
    }
    return frame;
}
