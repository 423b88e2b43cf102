/*
 * The grader's harness for lab 1: calls one exercise's functions with the
 * cases of a probe, which GRUB loads as a module, and writes down what they
 * answer. It judges nothing; the grader reads the answers, and the tables
 * that were built, out of the guest's memory (grade/lab1/probe.py).
 *
 * A probe is an array of 64-bit words: the number of cases, and for each its
 * kind, its size in bytes and its content, filled up to a multiple of 8. An
 * answer is its number of words and the words. An exercise that is not written
 * answers ANSWER_MISSING and the physical address of its name.
 */
#include "boot/boot.h"
#include "boot/bootmem.h"
#include "boot/kmap.h"
#include "core/tables.h"
#include "lib/exercise.h"
#include "lib/observe.h"
#include "lib/panic.h"

#include "abi/exit.h"

#define ANSWER_WORDS 0x20000
#define ARENA_FRAMES 768
#define INFO_MAX 0x8000
#define SLACK 64

enum case_kind { KIND_INFO = 1, KIND_ENTRY = 2, KIND_TABLES = 3 };

enum step {
    STEP_MACHINE = 0, /* depth, page levels */
    STEP_PLANT = 1,   /* va, level, bits: an entry, by the harness's own hand */
    STEP_FIND = 2,    /* va, to */
    STEP_MAKE = 3,    /* va, to, how */
    STEP_TRANSLATE = 4, /* va */
    STEP_LEVEL = 5,     /* va, pa, size */
    STEP_MAP = 6,       /* va, pa, size, rights, how */
    STEP_STARVE = 7,    /* frames that bootmem_take still has */
    STEP_BOUND = 8,     /* va, level, bits to clear, bits to set */
    STEP_KMAP = 9,      /* frames that bootmem_take still has */
};

#define STEP_WORDS 6

#define ANSWER_MISSING (UINT64_C(1) << 63 | 1)

static const struct boot *booted;
static void *next_case[5]; /* where probe_missing goes on */
static const char *missing;
static bool in_case;
static uint64_t answers[ANSWER_WORDS];
static uint64_t answered;
static uint64_t arena[ARENA_FRAMES][TABLE_ENTRIES]
    __attribute__((aligned(FRAME_SIZE)));
static struct bootinfo arena_info;
static uint64_t arena_start, arena_next, arena_end;
static uint8_t info_copy[INFO_MAX + SLACK] __attribute__((aligned(8)));

static void answer(uint64_t word)
{
    if (answered == ANSWER_WORDS) {
        panic("harness: too many answers");
    }
    answers[answered++] = word;
}

/* ---- bootmem's place, taken by the arena ------------------------------- */

/* Gives the student's code the arena's frames [first, end) to take. */
static void arena_offer(uint64_t first, uint64_t end)
{
    arena_info = (struct bootinfo){.regions = first < end};
    arena_info.region[0] =
        (struct region){first * FRAME_SIZE, end * FRAME_SIZE, REGION_RAM};
    bootmem_init(&arena_info);
}

/* The frame that the next bootmem_take gives, as far as anybody knows. */
static uint64_t arena_front(void)
{
    uint64_t taken = bootmem_next();
    return taken > arena_next ? taken : arena_next;
}

/* A frame for the harness itself. */
static uint64_t arena_take(void)
{
    uint64_t frame = arena_front();
    if (frame >= arena_end) {
        panic("harness: the arena is used up");
    }
    arena_next = frame + 1;
    frame_clear(frame);
    arena_offer(arena_next, arena_end);
    return frame;
}

/* ---- the cases --------------------------------------------------------- */

static void answer_info(const struct bootinfo *info)
{
    answer(info->regions);
    for (uint64_t i = 0; i < info->regions && i < BOOTINFO_REGIONS; i++) {
        answer(info->region[i].start);
        answer(info->region[i].end);
        answer(info->region[i].kind);
    }
    answer(info->modules);
    for (uint64_t i = 0; i < info->modules && i < BOOTINFO_MODULES; i++) {
        answer(info->module[i].start);
        answer(info->module[i].end);
        for (unsigned n = 0; n < BOOTINFO_NAME; n += 8) {
            answer(read64((const uint8_t *)&info->module[i].name[n]));
        }
    }
    answer(info->rsdp);
    for (unsigned n = 0; n < BOOTINFO_CMDLINE; n += 8) {
        answer(read64((const uint8_t *)&info->cmdline[n]));
    }
}

/* Parses the content twice, with other bytes behind its end, so that it
 * shows if a byte behind the end decides. */
__attribute__((noinline)) static void run_info(const uint64_t *content,
                                               uint64_t size)
{
    static struct bootinfo info;
    const uint8_t *from = (const uint8_t *)content;
    if (size > INFO_MAX) {
        panic("harness: a case is too large");
    }
    for (unsigned round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < INFO_MAX + SLACK; i++) {
            info_copy[i] = (uint8_t)(i < size ? from[i] : round * 0x88);
        }
        for (uint64_t i = 0; i < sizeof(info); i++) {
            ((uint8_t *)&info)[i] = 0xa5;
        }
        enum bootinfo_error error = bootinfo_parse(info_copy, size, &info);
        answer(error);
        if (error == BOOTINFO_OK) {
            answer_info(&info);
        }
    }
}

__attribute__((noinline)) static void run_entry(const uint64_t *w)
{
    switch (w[0]) {
    case 0:
        answer(entry_make(w[1], (unsigned)w[2], (unsigned)w[3], (unsigned)w[4])
                   .bits);
        break;
    case 1:
        answer(entry_rights((pte){w[1]}));
        break;
    case 2:
        answer(entry_is_page((pte){w[1]}, (unsigned)w[2]));
        break;
    case 3:
        answer(entry_frame((pte){w[1]}, (unsigned)w[2]));
        break;
    default:
        answer(entry_with_rights((pte){w[1]}, (unsigned)w[2]).bits);
    }
}

/* Writes an entry of that level, with tables above it, without any function
 * of an exercise. */
static void plant(uint64_t root, uint64_t va, unsigned level, uint64_t bits)
{
    uint64_t table = root;
    for (unsigned at = arch_depth; at > level; at--) {
        unsigned i = (unsigned)(va >> level_shift(at)) % TABLE_ENTRIES;
        uint64_t e = entry_load(entry_name(table, i)).bits;
        if (!(e & PTE_P)) {
            e = arena_take() << PAGE_SHIFT | PTE_P | PTE_W | PTE_U;
            entry_store(entry_name(table, i), (pte){e});
        }
        table = (e & PTE_ADDRESS) >> PAGE_SHIFT;
    }
    unsigned i = (unsigned)(va >> level_shift(level)) % TABLE_ENTRIES;
    entry_store(entry_name(table, i), (pte){bits});
}

/* Changes the entry of that level on the way to an address that is planted. */
static void bound(uint64_t root, const uint64_t *w)
{
    uint64_t table = root;
    for (unsigned at = arch_depth;; at--) {
        unsigned i = (unsigned)(w[1] >> level_shift(at)) % TABLE_ENTRIES;
        uint64_t e = entry_load(entry_name(table, i)).bits;
        if (at == w[2]) {
            entry_store(entry_name(table, i), (pte){(e & ~w[3]) | w[4]});
            return;
        }
        table = (e & PTE_ADDRESS) >> PAGE_SHIFT;
    }
}

static void answer_walk(struct walk walk)
{
    answer(walk.entry);
    answer(walk.level);
}

static void answer_translate(uint64_t root, vaddr va)
{
    struct mapping found = {{~0ull}, ~0u, ~0u, false};
    bool is = walk_translate(root, va, &found);
    answer(is);
    answer(found.pa.v);
    answer(found.level);
    answer(found.rights);
    answer(found.user);
}

static void run_step(uint64_t root, const uint64_t *w)
{
    vaddr va = {w[1]};
    switch (w[0]) {
    case STEP_MACHINE:
        arch_depth = (unsigned)w[1];
        arch_page_levels = (unsigned)w[2];
        break;
    case STEP_PLANT:
        plant(root, w[1], (unsigned)w[2], w[3]);
        break;
    case STEP_BOUND:
        bound(root, w);
        break;
    case STEP_KMAP:
        arena_next = arena_front();
        arena_offer(arena_next, arena_next + w[1]);
        answer(kmap_build(root, &booted->image, &arena_info));
        break;
    case STEP_FIND:
        answer_walk(walk_find(root, va, (unsigned)w[2]));
        break;
    case STEP_MAKE:
        answer_walk(walk_make(root, va, (unsigned)w[2], (unsigned)w[3]));
        break;
    case STEP_TRANSLATE:
        answer_translate(root, va);
        break;
    case STEP_LEVEL:
        answer(map_level(va, (paddr){w[2]}, w[3]));
        break;
    case STEP_MAP:
        answer(map_range(root, (struct range){va, {w[2]}, w[3]}, (unsigned)w[4],
                         (unsigned)w[5]));
        break;
    default:
        arena_next = arena_front();
        arena_offer(arena_next, arena_next + w[1]);
    }
}

__attribute__((noinline)) static void run_tables(const uint64_t *w,
                                                 uint64_t words)
{
    arena_offer(arena_next, arena_end);
    uint64_t root = arena_take();
    answer(root);
    for (uint64_t at = 0; at + STEP_WORDS <= words; at += STEP_WORDS) {
        run_step(root, w + at);
    }
}

__attribute__((noinline)) static void
run_case(uint64_t kind, const uint64_t *content, uint64_t size)
{
    if (kind == KIND_INFO) {
        run_info(content, size);
    } else if (kind == KIND_ENTRY) {
        run_entry(content);
    } else {
        run_tables(content, size / 8);
    }
}

static uint64_t physical(const struct boot *boot, const void *at)
{
    return boot->image.start.v + ((uint64_t)at - KERNEL_BASE);
}

void probe_missing(const char *which)
{
    if (in_case) {
        missing = which;
        __builtin_longjmp(next_case, 1);
    }
}

/* Runs a case, to its end or to an exercise that is not written. */
__attribute__((noinline)) static void answer_case(const uint64_t *w)
{
    static uint64_t count_at;
    static unsigned depth, page_levels;
    count_at = answered;
    depth = arch_depth;
    page_levels = arch_page_levels;
    answer(0);
    in_case = true;
    if (__builtin_setjmp(next_case) == 0) {
        run_case(w[0], w + 2, w[1]);
        answers[count_at] = answered - count_at - 1;
    } else {
        answered = count_at + 1;
        answer(physical(booted, missing));
        answers[count_at] = ANSWER_MISSING;
    }
    in_case = false;
    arena_next = arena_front();
    arch_depth = depth;
    arch_page_levels = page_levels;
}

void probe_run(const struct boot *boot, paddr start, paddr end)
{
    const uint64_t *w = (const uint64_t *)phys_bytes(start);
    const uint64_t *last = w + (end.v - start.v) / 8;
    uint64_t cases = *w++;
    booted = boot;
    arena_start = physical(boot, arena) / FRAME_SIZE;
    arena_next = arena_start;
    arena_end = arena_start + ARENA_FRAMES;
    observe_set(OBSERVED_PROBE_OUT, physical(boot, answers));
    for (uint64_t n = 1; n <= cases && w + 2 <= last; n++) {
        observe_set(OBSERVED_PROBE_CASE, n);
        answer_case(w);
        observe_set(OBSERVED_PROBE_SIZE, answered * 8);
        w += 2 + (w[1] + 7) / 8;
    }
    boot_stage(boot, STAGE_PROBED);
    arch_stop(EXIT_BASE);
}
