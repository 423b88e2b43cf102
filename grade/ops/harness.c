/*
 * The grader's harness for the operations and what is below them: works off
 * scripts that the grader writes into its buffer while the kernel stands at
 * xo5_quiet, just before ring 3. It judges nothing; answers go back into the
 * buffer, and the grader reads the rest out of the machine's books and tables
 * (grade/ops/script.py, grade/ops/state.py).
 *
 * Runs only if the boot command line has the word `harness`. A function that
 * this lab does not have yet is linked weakly, and answers ANSWER_ABSENT; an
 * exercise that is not written answers ANSWER_MISSING, with the physical
 * address of its name in the next word.
 */
#include "boot/boot.h"
#include "core/books.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/tables.h"
#include "lib/exercise.h"
#include "lib/observe.h"
#include "ring3/lock.h"

#define STEPS_MAX 4096
#define STEP_WORDS 8
#define MORE_WORDS 32760

#define ANSWER_MISSING (UINT64_C(1) << 63)
#define ANSWER_ABSENT (ANSWER_MISSING | 1)
#define ANSWER_FORGOTTEN (UINT64_C(1) << 32)

enum what {
    STEP_OPERATION = 1, /* me, number, a..e: operation_dispatch */
    STEP_BOOT = 2,      /* a: limit; b, c: regions; d, e: kept spans */
    STEP_IS_FREE = 3,   /* a: frame, b: level */
    STEP_TAKE = 4,      /* a: frame, b: kind, c: level, d: owner */
    STEP_DROP = 5,      /* a: frame */
    STEP_CLEAN = 6,     /* a: frame */
    STEP_FLUSH = 7,     /* a: bits before, b: bits after */
    STEP_UPCALL = 8,    /* me, a: frame's words, b: entry, c: address */
    STEP_LOAD = 9,      /* me, a: frame's words */
    STEP_SAVE = 10,     /* me, a: frame's words, b: address */
    STEP_BACK = 11,     /* a: reason */
    STEP_EXPIRE = 12,
    STEP_STORE = 13, /* a: physical address, b: word */
    STEP_ENTER = 14, /* number, a..e: enter_operation */
    STEP_STALE = 15, /* as STEP_OPERATION: what does it leave in a TLB? */
};

struct step {
    uint64_t what, me, number;
    uint64_t arg[5];
};

/* What the grader writes and reads. Arguments that are arrays are named by
 * their first word's number in `more`. */
static struct script {
    uint64_t count; /* steps; 0: go on with boot */
    uint64_t spare[7];
    struct step step[STEPS_MAX];
    uint64_t more[MORE_WORDS];
} script __attribute__((aligned(FRAME_SIZE)));

static const struct boot *booted;
static void *next_step[5]; /* where probe_missing goes on */
static const char *missing;
static bool in_step;

/* Not every lab has them all. */
#define WEAK __attribute__((weak))
WEAK enum error operation_dispatch(uint64_t me, const uint64_t *argument,
                                   uint64_t number);
WEAK void frame_boot(const struct bootinfo *info, const struct span *kept,
                     unsigned count);
WEAK bool frame_is_free(uint64_t frame, unsigned level);
WEAK void frame_take(uint64_t frame, unsigned kind, unsigned level,
                     uint64_t owner);
WEAK void frame_drop(uint64_t frame);
WEAK enum error frame_clean(uint64_t frame);
WEAK void flush_change(pte before, pte after);
WEAK bool upcall_deliver(uint64_t process, struct trap_frame *frame,
                         uint64_t entry, uint64_t address);
WEAK bool enter_load(uint64_t process, struct trap_frame *frame);
WEAK void enter_save(uint64_t process, const struct trap_frame *frame,
                     uint64_t address);
WEAK uint64_t enter_operation(const uint64_t *argument, uint64_t number);
WEAK void cpu_back(enum process_reason reason);
WEAK bool cpu_expire(uint64_t now);

void probe_ready(struct boot *boot);

static uint64_t physical(const void *at)
{
    return booted->image.start.v + ((uint64_t)at - KERNEL_BASE);
}

/* ---- frame_boot with a memory map of the grader's ---------------------- */

/* Zeros the records and extents of the frames below `limit`. What is zero is
 * not written: there may be no memory behind it. */
static void forget_frames(uint64_t limit)
{
    for (uint64_t n = 0; n < limit; n++) {
        if (frames[n].kind != KIND_NONE) {
            frames[n] = (struct frame){.kind = KIND_NONE};
        }
        if (n % 512 == 0 && extents2[n / 512] != 0) {
            extents2[n / 512] = 0;
        }
        if (n % (512 * 512) == 0 && extents3[n / 512 / 512] != 0) {
            extents3[n / 512 / 512] = 0;
        }
    }
}

static void run_boot(const struct step *step)
{
    static struct bootinfo info;
    static struct span kept[32];
    const uint64_t *region = &script.more[step->arg[1]];
    const uint64_t *span = &script.more[step->arg[3]];
    forget_frames(step->arg[0]);
    info.regions = step->arg[2];
    for (uint64_t i = 0; i < step->arg[2]; i++, region += 3) {
        info.region[i] = (struct region){region[0], region[1], region[2]};
    }
    for (uint64_t i = 0; i < step->arg[4]; i++, span += 2) {
        kept[i] = (struct span){span[0], span[1]};
    }
    frame_boot(&info, kept, (unsigned)step->arg[4]);
}

/* ---- stale translations ------------------------------------------------ */

#define SCRATCH_PAGE 3 /* the page of slot 0 that is read */

static uint64_t scratch[LEVEL_MAX + 1][TABLE_ENTRIES]
    __attribute__((aligned(FRAME_SIZE)));

static uint64_t scratch_frame(unsigned n)
{
    return physical(scratch[n]) / FRAME_SIZE;
}

__attribute__((noinline)) static uint64_t read_at(vaddr va)
{
    return *(const volatile uint64_t *)va.v;
}

static const vaddr scratch_va = {SCRATCH_PAGE * FRAME_SIZE};

/* Has this processor know a translation that the tables do not hold any more.
 * A table of the harness's own is in the root's slot 0 from then on:
 * scratch[level] has entries of that level, and scratch[0] and the last one
 * are two pages. Returns what was in slot 0. */
static pte remember(void)
{
    const uint64_t *other = scratch[arch_depth];
    uint64_t slot = entry_name(arch_root(), 0);
    pte running = entry_load(slot);
    for (unsigned level = 1; level < arch_depth; level++) {
        unsigned i = level == 1 ? SCRATCH_PAGE : 0;
        entry_store(entry_name(scratch_frame(level), i),
                    (pte){scratch_frame(level - 1) << PAGE_SHIFT | PTE_P |
                          PTE_W | PTE_A});
    }
    scratch[0][0] = 0;
    scratch[arch_depth][0] = 1;
    entry_store(slot, (pte){scratch_frame(arch_depth - 1) << PAGE_SHIFT |
                            PTE_P | PTE_W});
    arch_flush();
    (void)read_at(scratch_va);
    entry_store(entry_name(scratch_frame(1), SCRATCH_PAGE),
                (pte){physical(other) | PTE_P | PTE_W | PTE_A});
    return running;
}

/* True if the processor has forgotten it; puts slot 0 back. */
static bool has_forgotten(pte running)
{
    bool forgotten = read_at(scratch_va) != 0;
    entry_store(entry_name(arch_root(), 0), running);
    arch_flush();
    return forgotten;
}

static bool run_flush(pte before, pte after)
{
    pte running = remember();
    flush_change(before, after);
    return has_forgotten(running);
}

/* An operation's answer, and whether it made the processor forget. */
static uint64_t run_stale(const struct step *step)
{
    pte running = remember();
    uint64_t answer = operation_dispatch(step->me, step->arg, step->number);
    return answer | (has_forgotten(running) ? ANSWER_FORGOTTEN : 0);
}

/* ---- the steps --------------------------------------------------------- */

static uint64_t run_frame_step(const struct step *step)
{
    const uint64_t *arg = step->arg;
    switch (step->what) {
    case STEP_IS_FREE:
        return frame_is_free(arg[0], (unsigned)arg[1]);
    case STEP_TAKE:
        frame_take(arg[0], (unsigned)arg[1], (unsigned)arg[2], arg[3]);
        return 0;
    case STEP_DROP:
        frame_drop(arg[0]);
        return 0;
    default:
        return frame_clean(arg[0]);
    }
}

static uint64_t run_register_step(const struct step *step)
{
    struct trap_frame *frame = (void *)&script.more[step->arg[0]];
    switch (step->what) {
    case STEP_UPCALL:
        return upcall_deliver(step->me, frame, step->arg[1], step->arg[2]);
    case STEP_LOAD:
        return enter_load(step->me, frame);
    default:
        enter_save(step->me, frame, step->arg[1]);
        return 0;
    }
}

static uint64_t run_step(const struct step *step)
{
    switch (step->what) {
    case STEP_OPERATION:
        return operation_dispatch(step->me, step->arg, step->number);
    case STEP_BOOT:
        run_boot(step);
        return 0;
    case STEP_FLUSH:
        return run_flush((pte){step->arg[0]}, (pte){step->arg[1]});
    case STEP_STALE:
        return run_stale(step);
    case STEP_BACK:
        cpu_back((enum process_reason)step->arg[0]);
        return 0;
    case STEP_EXPIRE:
        return cpu_expire(step->arg[0]);
    case STEP_STORE:
        *(volatile uint64_t *)phys_bytes((paddr){step->arg[0]}) = step->arg[1];
        return 0;
    case STEP_ENTER:
        return enter_operation(step->arg, step->number);
    case STEP_UPCALL:
    case STEP_LOAD:
    case STEP_SAVE:
        return run_register_step(step);
    default:
        return run_frame_step(step);
    }
}

/* True if this lab has the function that the step calls. */
static bool is_there(uint64_t what)
{
    const void *const function[] = {
        [STEP_OPERATION] = operation_dispatch,
        [STEP_BOOT] = frame_boot,
        [STEP_IS_FREE] = frame_is_free,
        [STEP_TAKE] = frame_take,
        [STEP_DROP] = frame_drop,
        [STEP_CLEAN] = frame_clean,
        [STEP_FLUSH] = flush_change,
        [STEP_UPCALL] = upcall_deliver,
        [STEP_LOAD] = enter_load,
        [STEP_SAVE] = enter_save,
        [STEP_BACK] = cpu_back,
        [STEP_EXPIRE] = cpu_expire,
        [STEP_STORE] = phys_bytes,
        [STEP_ENTER] = enter_operation,
        [STEP_STALE] = operation_dispatch,
    };
    return what < ARRAY_COUNT(function) && function[what] != NULL;
}

void probe_missing(const char *which)
{
    if (in_step) {
        missing = which;
        __builtin_longjmp(next_step, 1);
    }
}

/* Runs a step, to its end or to an exercise that is not written, and puts
 * its answer in its place. */
__attribute__((noinline)) static void answer_step(struct step *step)
{
    static struct step *at;
    static pte running;
    at = step;
    running = entry_load(entry_name(arch_root(), 0));
    if (!is_there(step->what)) {
        step->what = ANSWER_ABSENT;
        return;
    }
    in_step = true;
    if (__builtin_setjmp(next_step) == 0) {
        at->what = run_step(at);
    } else {
        if (at->what == STEP_FLUSH || at->what == STEP_STALE) {
            entry_store(entry_name(arch_root(), 0), running);
            arch_flush();
        }
        lock_drop();
        at->what = ANSWER_MISSING;
        at->me = physical(missing);
    }
    in_step = false;
}

/* True if the boot command line has that word. */
static bool has_word(const char *line, const char *word)
{
    while (*line != '\0') {
        const char *w = word;
        while (*w != '\0' && *line == *w) {
            line++;
            w++;
        }
        if (*w == '\0' && (*line == '\0' || *line == ' ')) {
            return true;
        }
        while (*line != '\0' && *line != ' ') {
            line++;
        }
        while (*line == ' ') {
            line++;
        }
    }
    return false;
}

void probe_ready(struct boot *boot)
{
    booted = boot;
    if (cpu_process() == 0) {
        cpus[arch_cpu()].process = SLOT_INIT;
        cpus[arch_cpu()].loaded = SLOT_INIT;
    }
    while (has_word(boot->info.cmdline, "harness")) {
        script.count = 0;
        observe_set(OBSERVED_PROBE_OUT, physical(&script));
        observe_set(OBSERVED_PROBE_SIZE, sizeof(script));
        boot_stage(boot, STAGE_PROBED);
        uint64_t count = *(volatile uint64_t *)&script.count;
        if (count == 0) {
            return;
        }
        for (uint64_t i = 0; i < count && i < STEPS_MAX; i++) {
            observe_set(OBSERVED_PROBE_CASE, i + 1);
            answer_step(&script.step[i]);
        }
    }
}
