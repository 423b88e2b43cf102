/*
 * The invariants, counted anew from the tables and compared with the books:
 * slow, and by other code than the operations', so that a mistake in them does
 * not hide itself. Only a kernel built with CHECK has any of it.
 *
 * All is counted in two passes over the frames. The first looks at each table
 * and adds up who holds what; the second compares each record with that. The
 * numbers are those of proof/README.md, which also says what is left out.
 */
#include "debug/check.h"

#ifdef CHECK

#include "core/cpu.h"
#include "core/frame.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "lib/panic.h"

#define FRAMES_CHECKED 0x100000 /* frames below 4 GiB */
#define UPPER (TABLE_ENTRIES / 2)

static bool started;
static uint32_t refs[FRAMES_CHECKED];
static uint64_t owned[PROCESS_MAX];
static uint64_t upper[TABLE_ENTRIES];
static uint64_t frames_in_all, slots_in_all;
static uint64_t sample;        /* the next frame whose content is looked at */
static uint64_t every = CHECK; /* operations from one look to the next */

static void must(bool holds, const char *invariant, uint64_t which)
{
    if (!holds) {
        panic_number(invariant, which);
    }
}

/* ---- every frame that has a record -------------------------------------- */

/* Those below the end of RAM, where a hole reads as zeros, and what devices
 * have beyond. */
static void each_frame(void (*look)(uint64_t frame))
{
    for (uint64_t f = 0; f < books.frames; f++) {
        look(f);
    }
    for (uint64_t i = 0; i < books.devices; i++) {
        const struct device *d = &books.device[i];
        for (uint64_t f = d->start; f < d->end; f++) {
            if (f >= books.frames) {
                look(f);
            }
        }
    }
}

static void forget(uint64_t frame)
{
    refs[frame] = 0;
}

/* ---- entries ------------------------------------------------------------- */

static bool is_resource(uint64_t frame)
{
    unsigned kind = frames[frame].kind;
    return kind == KIND_MEMORY || kind == KIND_TABLE || kind == KIND_DEVICE;
}

static void check_entry(uint64_t entry, pte e, unsigned level)
{
    uint64_t frame = (e.bits & PTE_ADDRESS) >> PAGE_SHIFT;
    must(frame < FRAMES_CHECKED && is_resource(frame) &&
             frames[frame].level == level,
         "invariant 3: a live entry holds what does not fit it: entry", entry);
    must(entry_is_page(e, level) == (frames[frame].kind != KIND_TABLE) &&
             (e.bits & PTE_U),
         "invariant 4: a page's entry and a table's are mixed up: entry",
         entry);
    must(rights_within(entry_rights(e), link_ceiling(e)),
         "invariant 5: rights above the ceiling: entry", entry);
    refs[frame]++;
}

static void check_table(uint64_t table)
{
    unsigned live = 0;
    if (frames[table].kind != KIND_TABLE) {
        return;
    }
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        pte e = entry_load(entry_name(table, i));
        if (e.bits & PTE_P) {
            check_entry(entry_name(table, i), e, frames[table].level - 1u);
            live++;
        } else {
            must(e.bits == 0 || (e.bits & ACCEPT_MARK),
                 "invariant 3: an empty entry holds something: entry",
                 entry_name(table, i));
        }
    }
    must(frames[table].live == live,
         "invariant 2: a table's live entries are miscounted: frame", table);
}

/* ---- records ------------------------------------------------------------- */

static void check_record(uint64_t frame)
{
    const struct frame *f = &frames[frame];
    bool idle = f->kind == KIND_FREE || f->kind == KIND_DIRTY;
    must(f->refs == refs[frame], "invariant 1: refs are miscounted: frame",
         frame);
    must(f->kind <= KIND_DEVICE && (is_resource(frame) == (f->owner != 0)),
         "invariant 7: an owner where there is none: frame", frame);
    must(!idle || (f->refs == 0 && f->live == 0 && f->flags == 0),
         "invariant 7: a free or dirty frame is in use: frame", frame);
    must(!(f->flags & FRAME_GIVEN) || (f->refs != 0 && f->live == 0),
         "invariant 7: a given-back resource stays for nothing: frame", frame);
    owned[f->owner] += is_resource(frame) ? quota_of(frame) : 0;
}

/* The extents of the frame's 2 MiB and 1 GiB, when it is their first. */
static void check_extent(uint64_t frame)
{
    unsigned level = frames[frame].level, free = 0;
    bool large = level > 1 && (frames[frame].kind == KIND_MEMORY ||
                               frames[frame].kind == KIND_DIRTY);
    for (uint64_t f = frame + 1; large && f < frame + level_frames(level);
         f++) {
        must(frames[f].kind == KIND_FREE,
             "invariant 9: something lies inside a larger resource: frame", f);
    }
    if (frame % level_frames(2) != 0) {
        return;
    }
    for (uint64_t f = frame; f < frame + level_frames(2); f++) {
        free += frames[f].kind == KIND_FREE;
    }
    must(extents2[frame / level_frames(2)] == free,
         "invariant 9: an extent of 2 MiB is miscounted: frame", frame);
}

static void check_giants(void)
{
    for (uint64_t g = 0; g < FRAMES_CHECKED / level_frames(3); g++) {
        unsigned free = 0;
        for (uint64_t e = g * TABLE_ENTRIES; e < (g + 1) * TABLE_ENTRIES; e++) {
            free += extents2[e] == TABLE_ENTRIES;
        }
        must(extents3[g] == free,
             "invariant 9: an extent of 1 GiB is miscounted: number", g);
    }
}

/* One free frame a time is full of zeros. */
static void check_sample(void)
{
    sample = (sample + 1) % books.frames;
    for (unsigned i = 0; frames[sample].kind == KIND_FREE && i < TABLE_ENTRIES;
         i++) {
        must(entry_load(entry_name(sample, i)).bits == 0,
             "invariant 7: a free frame is not clean: frame", sample);
    }
}

/* ---- processes ----------------------------------------------------------- */

static void count_directory(void)
{
    pte slot = entry_load(entry_name(books.directory, SLOT_RUNNING));
    must(link_holds(slot, processes[cpu_process()].table),
         "invariant 12: slot 0 is not the process that runs", slot.bits);
    /* Slot 0 holds it a second time. */
    refs[processes[cpu_process()].table]++;
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        pte e = entry_load(entry_name(books.directory, p));
        bool live = processes[p].state == PROCESS_LIVE;
        must(live ? link_holds(e, processes[p].table) : e.bits == 0,
             "invariant 3: the directory and a record disagree: slot", p);
        must(!live || !(e.bits & (PTE_U | PTE_W)),
             "invariant 4: the directory lets ring 3 pass: slot", p);
        if (live) {
            refs[processes[p].table]++;
            refs[processes[p].context]++;
        }
    }
}

static void check_quota(void)
{
    uint64_t all = 0, slots = 0;
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        const struct process *at = &processes[p];
        must(at->owned == owned[p],
             "invariant 11: what a process owns is miscounted: slot", p);
        all += at->owned + at->allowance;
        slots += at->slots + (at->state != PROCESS_FREE);
    }
    must(all == frames_in_all, "invariant 11: frames were lost or made", all);
    must(slots == slots_in_all, "invariant 11: slots were lost or made", slots);
}

/* From the one that runs to init: nobody twice, nobody left out. */
static void check_chain(void)
{
    unsigned running = 0, steps = 1;
    for (unsigned p = 1; p < PROCESS_MAX; p++) {
        running += processes[p].running;
    }
    for (uint64_t p = cpu_process(); p != SLOT_INIT && steps <= running;
         p = processes[p].giver) {
        uint64_t lease = processes[p].lease;
        uint64_t latest = processes[processes[p].giver].lease;
        must(processes[p].running, "invariant 12: it runs unnoticed: slot", p);
        must(!latest || (lease && lease <= latest),
             "invariant 12: its lease outlasts its giver's: slot", p);
        steps++;
    }
    must(steps == running, "invariant 12: the chain of givers is broken",
         steps);
}

static void check_all(void)
{
    for (unsigned p = 0; p < PROCESS_MAX; p++) {
        owned[p] = 0;
    }
    each_frame(forget);
    count_directory();
    each_frame(check_table);
    each_frame(check_record);
    each_frame(check_extent);
    check_giants();
    check_sample();
    check_quota();
    check_chain();
    for (unsigned i = UPPER; i < TABLE_ENTRIES; i++) {
        pte e = entry_load(entry_name(books.directory, i));
        must((e.bits & ~(PTE_A | PTE_D)) == upper[i],
             "invariant 8: the upper half changed: slot", i);
    }
}

/* `check=n` on the boot command line. */
static void read_argument(void)
{
    const char *want = "check=", *at = want;
    for (const char *c = books.cmdline; *c && *at; c++) {
        bool begins = at != want || c == books.cmdline || c[-1] == ' ';
        at = begins && *c == *at ? at + 1 : want;
        for (uint64_t n = 0; *at == 0 && c[1] >= '0' && c[1] <= '9'; c++) {
            n = n * 10 + (uint64_t)(c[1] - '0');
            every = n ? n : 1;
        }
    }
}

void check_boot(void)
{
    started = true;
    read_argument();
    must(books.frames <= FRAMES_CHECKED,
         "CHECK is for machines without memory above 4 GiB: frames",
         books.frames);
    for (uint64_t i = 0; i < books.devices; i++) {
        must(books.device[i].end <= FRAMES_CHECKED,
             "CHECK is for machines without a device above 4 GiB: frame",
             books.device[i].start);
    }
    for (unsigned i = UPPER; i < TABLE_ENTRIES; i++) {
        pte e = entry_load(entry_name(books.directory, i));
        upper[i] = e.bits & ~(PTE_A | PTE_D);
    }
    frames_in_all = processes[SLOT_INIT].owned + processes[SLOT_INIT].allowance;
    slots_in_all = processes[SLOT_INIT].slots + 1u;
    check_all();
}

void check_operation(void)
{
    static uint64_t calls;
    if (started && ++calls % every == 0) {
        check_all();
    }
}

#endif
