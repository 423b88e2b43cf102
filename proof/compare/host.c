/*
 * The operations' memory on this machine, and what stands for the functions
 * that are assembly in the kernel: they note what they are told.
 */
#include "proof/compare/host.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* `frames`, `entries`, `tables`, `extents2` and `extents3` are addresses that
 * the linker is given (build.py); the rest lies here. */
struct books books;
struct process processes[PROCESS_MAX];
struct group groups[GROUP_MAX];
unsigned arch_depth, arch_page_levels;
extern uint32_t open_groups; /* core/group.c's, made visible */

struct memory before, after;
struct told by_code, by_prover;

static struct window windows[4 * CLUSTERS + 8];
static unsigned window_count;
static sigjmp_buf back;
static volatile uint64_t faulted;

_Static_assert(sizeof(struct frame) == 16, "a page has 256 records");

/* ---- windows ------------------------------------------------------------- */

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

/* Zeros at that address, to be read; no memory is behind them. */
static void zeros(void *at, uint64_t size)
{
    if (mmap(at, size, PROT_READ,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
             -1, 0) != at) {
        fail("compare: the operations' memory");
    }
}

static void window(void *real, void *image, size_t size, bool mapped)
{
    if (mapped && mprotect(real, size, PROT_READ | PROT_WRITE) != 0) {
        fail("compare: a window");
    }
    windows[window_count++] =
        (struct window){real, (size_t)((char *)image - (char *)&before), size};
}

static void window_extents(uint16_t *real, uint16_t *image, uint64_t count)
{
    window(real, image, FRAME_SIZE, true);
    window(real + count - PAGE_EXTENTS, image + PAGE_EXTENTS, FRAME_SIZE, true);
}

static void caught(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    faulted = (uint64_t)info->si_addr;
    siglongjmp(back, 1);
}

void host_map(void)
{
    struct sigaction action = {.sa_sigaction = caught,
                               .sa_flags = SA_SIGINFO | SA_NODEFER};
    zeros(frames, FRAMES_MAX * sizeof(struct frame));
    zeros(entries, ENTRIES_MAX * sizeof(pte));
    zeros(extents2, (FRAMES_MAX >> 9) * sizeof(uint16_t));
    zeros(extents3, (FRAMES_MAX >> 18) * sizeof(uint16_t));
    for (unsigned i = 0; i < CLUSTERS; i++) {
        uint64_t start = cluster_start(i);
        window(&frames[align_down(start, PAGE_FRAMES)],
               frame_in(&before, align_down(start, PAGE_FRAMES)), FRAME_SIZE,
               true);
        window(&entries[start * TABLE_ENTRIES],
               entry_in(&before, start * TABLE_ENTRIES), HOT * FRAME_SIZE,
               true);
    }
    window_extents(extents2, before.extents2, FRAMES_MAX >> 9);
    window_extents(extents3, before.extents3, FRAMES_MAX >> 18);
    window(processes, before.processes, sizeof(processes), false);
    window(groups, before.groups, sizeof(groups), false);
    window(&books, &before.books, sizeof(books), false);
    window(cpus, before.cpus, sizeof(cpus), false);
    window(&open_groups, &before.open_groups, sizeof(open_groups), false);
    window(&arch_depth, &before.depth, sizeof(arch_depth), false);
    window(&arch_page_levels, &before.page_levels, sizeof(arch_page_levels),
           false);
    if (sigaction(SIGSEGV, &action, NULL) || sigaction(SIGBUS, &action, NULL)) {
        fail("compare: sigaction");
    }
}

const struct window *host_windows(unsigned *count)
{
    *count = window_count;
    return windows;
}

void host_lay(void)
{
    for (unsigned i = 0; i < window_count; i++) {
        memcpy(windows[i].real, (char *)&before + windows[i].offset,
               windows[i].size);
    }
}

bool host_run(uint64_t (*run)(uint64_t *), uint64_t *arguments,
              uint64_t *answer, uint64_t *fault)
{
    if (sigsetjmp(back, 0)) {
        *fault = faulted;
        return false;
    }
    *answer = run(arguments);
    return true;
}

/* ---- primitives ---------------------------------------------------------- */

void told_nothing(struct told *told)
{
    memset(told->count, 0, sizeof(told->count));
}

void tell(struct told *told, enum primitive what, uint64_t at, uint64_t value)
{
    unsigned n = told->count[what]++;
    if (n < TOLD_MAX) {
        told->call[what][n].at = at;
        told->call[what][n].value = value;
    }
}

/* Four sums, each of every fourth word, so that they are made at once. */
static void add(uint64_t sum[4], const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i += 4) {
        for (unsigned lane = 0; lane < 4; lane++) {
            uint64_t mixed = (sum[lane] ^ words[i + lane]) * 0x9e3779b97f4a7c15;
            sum[lane] = mixed ^ mixed >> 29;
        }
    }
}

static uint64_t all(const uint64_t sum[4])
{
    return sum[0] + 3 * sum[1] + 5 * sum[2] + 7 * sum[3];
}

uint64_t digest(const uint64_t *words)
{
    uint64_t sum[4] = {1, 2, 3, 4};
    add(sum, words, CLUSTERS * HOT * TABLE_ENTRIES);
    return all(sum);
}

static uint64_t digest_windows(void)
{
    uint64_t sum[4] = {1, 2, 3, 4};
    for (unsigned i = 0; i < CLUSTERS; i++) {
        add(sum, &entries[cluster_start(i) * TABLE_ENTRIES].bits,
            HOT * TABLE_ENTRIES);
    }
    return all(sum);
}

/* What arch_flush's assembly became in the copy of the IR (build.py). */
uint64_t host_flush(void);
uint64_t host_flush(void)
{
    tell(&by_code, FLUSH, 0, digest_windows());
    return 0;
}

/* A frame that no window has is full of zeros. */
void frame_clear(uint64_t frame);
void frame_clear(uint64_t frame)
{
    tell(&by_code, CLEAR, frame, 0);
    if (is_hot(frame)) {
        memset(&entries[frame * TABLE_ENTRIES], 0, FRAME_SIZE);
    }
}

void arch_ports_set(unsigned first, unsigned count, bool open)
{
    tell(&by_code, PORTS, first | (uint64_t)count << 16, open);
}

void arch_ports_use(bool any)
{
    tell(&by_code, PORTS_ON, 0, any);
}

void arch_switch_ask(void)
{
    tell(&by_code, SWITCH, 0, 1);
}

void arch_state_reset(uint64_t process)
{
    tell(&by_code, RESET, process, 1);
}

void arch_irq_mask(unsigned line)
{
    tell(&by_code, IRQ, line, 0);
}

void arch_irq_unmask(unsigned line)
{
    tell(&by_code, IRQ, line, 1);
}

/* Only for group_interrupt, which is not compared. */
void arch_irq_end(unsigned line)
{
    (void)line;
    abort();
}
