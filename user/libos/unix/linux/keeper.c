/* What the keeper's core asks of the machine, by Linux, and the loop that
 * serves requests: keeper/machine.h. */
#include "libos/unix/keeper/record/machine.h"

#include "lib/assert.h"
#include "lib/disorder.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/linux/host.h"
#include "libos/unix/linux/system.h"

#define SECOND 1000000000ull
#define END_OF_FILE 4 /* what one types: ^D */
#define TYPED 4096
#define WINDOWS_SIZE (KEEPER_SLOTS * sizeof(struct window))

static uint32_t free_pages[PAGES]; /* that have been given back */
static uint8_t mapped[PAGES / 8];  /* pages that processes may have */
static uint32_t free_count, next_page;
static uint8_t typed[TYPED];
static unsigned typed_count, typed_next;
static _Bool on_terminal, input_ended;

uint64_t machine_now(void)
{
    uint64_t now[2];
    SYSTEM(SYS_clock_gettime, CLOCK_MONOTONIC, now, 0);
    return now[0] * SECOND + now[1] - CONTROL->started;
}

uint32_t machine_page_take(void)
{
    if (free_count > 0) {
        uint32_t page = free_pages[--free_count];
        memset(machine_page(page), 0, KEEPER_PAGE);
        return page;
    }
    return next_page < PAGES ? next_page++ : 0;
}

/* A page that some process may still see is not used again. */
void machine_page_give(uint32_t page)
{
    ASSERT(page != 0 && page < next_page, "machine_page_give: that was taken");
    if (!(mapped[page / 8] & 1u << page % 8)) {
        POISON(machine_page(page), KEEPER_PAGE);
        free_pages[free_count++] = page;
    }
}

void *machine_page(uint32_t page)
{
    return (void *)(PAGES_AT + (uint64_t)page * KEEPER_PAGE);
}

uint64_t machine_pages(void)
{
    return PAGES;
}

uint64_t machine_pages_free(void)
{
    return PAGES - next_page + free_count;
}

struct window *machine_window(unsigned slot)
{
    if (slot == 0 || slot >= KEEPER_SLOTS ||
        CONTROL->slots[slot].state == SLOT_FREE) {
        return 0;
    }
    return (struct window *)(WINDOWS_AT + slot * sizeof(struct window));
}

int machine_console_get(void)
{
    return typed_next < typed_count ? typed[typed_next++] : -1;
}

static void put(const uint8_t *text, uint64_t count)
{
    while (count > 0) {
        int64_t done = SYSTEM(SYS_write, 1, text, count);
        if (done <= 0) {
            return;
        }
        text += done;
        count -= (uint64_t)done;
    }
}

/* A file has no use for the returns that a terminal needs before each end of
 * line. */
void machine_console_put(const void *text, uint64_t count)
{
    static uint8_t held; /* a return that came last */
    const uint8_t *from = text;
    uint8_t line[256];
    uint64_t n = 0;
    if (on_terminal) {
        put(from, count);
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (held && from[i] != '\n') {
            line[n++] = '\r';
        }
        held = from[i] == '\r';
        if (!held) {
            line[n++] = from[i];
        }
        if (n >= sizeof(line) - 2) {
            put(line, n);
            n = 0;
        }
    }
    put(line, n);
}

void machine_say(const char *text, uint64_t count)
{
    SYSTEM(SYS_write, 2, text, count);
    SYSTEM(SYS_write, 2, "\n", 1);
}

uint64_t machine_random(void)
{
    uint64_t word = 0;
    SYSTEM(SYS_getrandom, &word, sizeof(word), 0);
    return word;
}

void keeper_ready(unsigned slot)
{
    host_futex_set(&CONTROL->slots[slot].state, SLOT_RUNS);
}

static unsigned slot_choose(void)
{
    for (unsigned i = 1; i < KEEPER_SLOTS; i++) {
        if (CONTROL->slots[i].state == SLOT_FREE) {
            return i;
        }
    }
    return 0;
}

/* The parent makes the process, since Linux has only that; the keeper waits
 * for it, 5 seconds at most. */
int machine_fork(unsigned slot)
{
    struct slot *parent = &CONTROL->slots[slot];
    unsigned child = slot_choose();
    if (!child) {
        return -EAGAIN;
    }
    CONTROL->slots[child].state = SLOT_WAITS;
    CONTROL->slots[child].host = 0;
    memset(machine_window(child), 0, __builtin_offsetof(struct window, data));
    parent->child = child;
    host_futex_set(&parent->state, SLOT_FORKS);
    uint64_t end = machine_now() + 5 * SECOND;
    while (__atomic_load_n(&parent->state, __ATOMIC_SEQ_CST) == SLOT_FORKS &&
           machine_now() < end) {
        host_futex_wait(&parent->state, SLOT_FORKS, SECOND);
    }
    parent->state = SLOT_WAITS;
    if (CONTROL->slots[child].host <= 0) {
        CONTROL->slots[child].state = SLOT_FREE;
        return -EAGAIN;
    }
    return (int)child;
}

void machine_end(unsigned slot)
{
    int32_t host = CONTROL->slots[slot].host;
    if (host > 0) {
        SYSTEM(SYS_kill, host, SIGKILL, 0);
        SYSTEM6(SYS_wait4, host, 0, 0, 0, 0, 0);
    }
    CONTROL->slots[slot].host = 0;
    CONTROL->slots[slot].state = SLOT_FREE;
}

/* Processes that died without asking the keeper. */
static void reap(void)
{
    int32_t status;
    int64_t host;
    while ((host = SYSTEM6(SYS_wait4, -1, &status, WNOHANG, 0, 0, 0)) > 0) {
        for (unsigned i = 1; i < KEEPER_SLOTS; i++) {
            if (CONTROL->slots[i].host == host) {
                CONTROL->slots[i].host = 0;
                keeper_died(i, status & 0x7f ? status & 0x7f : SIGKILL);
            }
        }
    }
}

/* Pages of which the keeper told a process stay what they are. */
static void mark_mapped(const struct window *window)
{
    const uint64_t *pages = (const void *)window->data;
    for (int64_t i = 0; i < window->answer && i < WINDOW_DATA / 8; i++) {
        if (pages[i] < PAGES) {
            mapped[pages[i] / 8] |= (uint8_t)(1u << pages[i] % 8);
        }
    }
}

static void serve(unsigned slot)
{
    const struct window *window = machine_window(slot);
    uint64_t number = window->number;
    CONTROL->slots[slot].state = SLOT_WAITS;
    if (keeper_request(slot)) {
        if (number == KEEPER_MAP_PAGES) {
            mark_mapped(window);
        }
        keeper_ready(slot);
    }
}

/* Serves each who asks; with disorder from anywhere on, and some only in the
 * next round. */
static _Bool serve_all(void)
{
    _Bool any = 0;
    unsigned first = (unsigned)disorder_below(KEEPER_SLOTS);
    for (unsigned n = 0; n < KEEPER_SLOTS; n++) {
        unsigned i = (first + n) % KEEPER_SLOTS;
        if (__atomic_load_n(&CONTROL->slots[i].state, __ATOMIC_SEQ_CST) ==
            SLOT_ASKS) {
            if (!disorder_chance(4)) {
                serve(i);
            }
            any = 1;
        }
    }
    return any;
}

/* Does some process compute, so that it may still ask for something? */
static _Bool any_runs(void)
{
    for (unsigned i = 1; i < KEEPER_SLOTS; i++) {
        if (CONTROL->slots[i].state == SLOT_RUNS ||
            CONTROL->slots[i].state == SLOT_ASKS) {
            return 1;
        }
    }
    return 0;
}

static void type(void)
{
    int64_t n = SYSTEM(SYS_read, 0, typed, TYPED);
    input_ended = n <= 0;
    typed_next = 0;
    typed_count = n > 0 ? (unsigned)n : 0;
    keeper_again();
}

/* Waits for a request, a key or the time. When the input is at its end and
 * nobody can go on, its end is typed. */
static void idle(void)
{
    struct pollfd wait[2] = {{files.bell, POLLIN, 0}, {0, POLLIN, 0}};
    uint64_t now = machine_now(), next = keeper_next(), unused;
    uint64_t most = now + SECOND / 20; /* to see who died */
    uint64_t until = next < most ? next : most;
    uint64_t left = until > now ? until - now : 0;
    uint64_t time[2] = {left / SECOND, left % SECOND};
    if (input_ended && next == UINT64_MAX && !any_runs()) {
        typed[0] = END_OF_FILE;
        typed_next = 0;
        typed_count = 1;
        keeper_again();
        time[0] = 0, time[1] = 0;
    }
    unsigned count = input_ended || typed_next < typed_count ? 1 : 2;
    SYSTEM6(SYS_ppoll, wait, count, time, 0, 0, 0);
    if (wait[0].revents) {
        SYSTEM(SYS_read, files.bell, &unused, sizeof(unused));
    }
    if (count == 2 && wait[1].revents) {
        type();
    }
    reap();
}

static void keeper_map(void)
{
    if (SYSTEM6(SYS_mmap, WINDOWS_AT, WINDOWS_SIZE, 3, MAP_SHARED | MAP_FIXED,
                files.shared, WINDOW_OFFSET) < 0 ||
        SYSTEM6(SYS_mmap, PAGES_AT, (uint64_t)PAGES * KEEPER_PAGE, 3,
                MAP_SHARED | MAP_FIXED | MAP_NORESERVE, files.pages, 0) < 0) {
        host_fail("no room for the keeper's pages");
    }
}

int keeper_serve(_Bool terminal)
{
    uint64_t today[2];
    on_terminal = terminal;
    keeper_map();
    next_page = 1 + (uint32_t)CONTROL->image_pages;
    SYSTEM(SYS_clock_gettime, CLOCK_REALTIME, today, 0);
    if (!keeper_begin(1, CONTROL->image_size, today[0])) {
        host_fail("that is no image of a root file system");
    }
    keeper_disorder(CONTROL->seed);
    disorder_begin(CONTROL->seed);
    keeper_first(1);
    keeper_ready(1);
    while (keeper_status() < 0) {
        if (!serve_all()) {
            idle();
        }
        if (keeper_next() <= machine_now()) {
            keeper_again();
        }
    }
    for (unsigned i = 1; i < KEEPER_SLOTS; i++) {
        if (CONTROL->slots[i].host > 0) {
            machine_end(i);
        }
    }
    return keeper_status();
}
