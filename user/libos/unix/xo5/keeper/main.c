/*
 * The keeper on xo5: it is init. It reads the root image and the library OS in
 * it, starts /bin/sh or what the boot command line says (launch/command.h), and
 * gives the CPU to one process after the other; each comes back with a request.
 * When the first process has ended, so has the machine, with its status.
 *
 *    run_all   next ready slot -> run: process_hand (a swap, with a lease)
 *                back with a fault      it died
 *                back by its lease      the others' turn
 *                link request           answered here
 *                window request         keeper_request
 *              slot_bury, keeper_again  the dead; time and keys
 *              nobody is ready          rest: until a key, or until it is time
 *
 * A process stays for up to 64 requests in a row, so that a call does not pay
 * for a round; then a key is looked for. After fork and yield others come
 * first: the child is to run before its parent makes it copy.
 */
#include <stddef.h>

#include "launch/command.h"
#include "lib/books.h"
#include "lib/clock.h"
#include "lib/disorder.h"
#include "lib/process.h"
#include "lib/sched/scheduler.h"
#include "libos/unix/keeper/calls/start.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/xo5/keeper/blocks.h"
#include "libos/unix/xo5/keeper/borrowed.h"
#include "libos/unix/xo5/keeper/fault_injection.h"
#include "libos/unix/xo5/keeper/file_pages.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/keeper/serial.h"
#include "libos/unix/xo5/keeper/slot.h"

/* Turns of one process in a row; a key may have been pressed meanwhile. */
#define LOOK_EVERY 64
/* Slices of a second: one may compute for that long before others do; so many
 * more to get out of the library OS. */
#define SLICES 100
#define PATIENCE 8
#define SECOND 1000000000ull
#define ANYWHERE (UINT64_C(1) << 40)
#define STATUS_WRONG 1
#define WHO "keeper"
#define LIBOS "/lib/unix.so"

/* By shares. Nobody is promised a place: with disorder, any comes next. */
static void by_niceness(struct scheduler *s, struct task *t)
{
    by_share(s, t);
    t->key += disorder_below(ANYWHERE);
}

static struct scheduler scheduler = {.policy = by_niceness};
static struct task tasks[KEEPER_SLOTS];
static uint32_t generations[KEEPER_SLOTS]; /* whose task it is */
static bool queued[KEEPER_SLOTS];

/* What a niceness is worth: each is four fifths of the one before, so that two
 * processes that are one apart have a tenth of the CPU more and less. */
static uint64_t share_of(int nice)
{
    uint64_t parts = (uint64_t)SHARE_MAX << 16;
    for (int n = -NICE_LIMIT; n < nice; n++) {
        parts = parts * 4 / 5;
    }
    return parts >> 16;
}

/* The task of the process that is in that slot now. */
static struct task *task_of(unsigned slot)
{
    uint32_t generation = books_process(slot)->generation;
    struct task *t = &tasks[slot];
    if (generations[slot] != generation) {
        generations[slot] = generation;
        *t = (struct task){.process = slot};
    }
    return t;
}

void keeper_ready(unsigned slot)
{
    if (!queued[slot]) {
        struct task *t = task_of(slot);
        queued[slot] = true;
        t->share = share_of(keeper_nice(slot));
        scheduler_ready(&scheduler, t);
    }
}

/* The next process that may run; 0 if all wait. */
static unsigned next(void)
{
    const struct task *t = scheduler_take(&scheduler, clock_ticks());
    if (t == NULL) {
        return 0;
    }
    unsigned slot = (unsigned)(t - tasks);
    queued[slot] = false;
    return slot;
}

/* Answers a request of the machine's part; false if the window has one. */
static bool answer_link(unsigned slot)
{
    struct link *link = blocks_link(slot);
    uint64_t request = link->request;
    if (request == LINK_NONE) {
        return false;
    }
    link->answer = request == LINK_GROW     ? blocks_grow(slot, link->a[0])
                   : request == LINK_BORROW ? borrowed_attach(slot)
                                            : file_pages_answer(slot);
    return true;
}

/* Is it the others' turn after that request? After a fork the child's: it may
 * leave all to the parent. */
static bool gives_way(unsigned slot)
{
    uint64_t number = blocks_window(slot)->number;
    return number == KEEPER_FORK || number == SYS_sched_yield;
}

/* Its time is over. In the middle of the library OS it may end what it does
 * first, a few times as long; in the program it will look, before it goes on,
 * for signals and for its other threads. Is it the others' turn? */
static bool take_turn(unsigned slot, unsigned overdue)
{
    volatile struct context *context = blocks_context(slot);
    uint64_t rip = context->cpu.rip;
    if (rip >= HOST_END && rip < HOST_TOP && overdue < PATIENCE) {
        return false;
    }
    if (rip < HOST_END) {
        context->events |= EVENT_ASKED;
    }
    keeper_preempted(slot);
    return true;
}

/* Gives it the CPU until it has a request that must wait, or is over: true if
 * it may go on. */
static bool run(unsigned slot)
{
    bool goes_on = true;
    unsigned overdue = 0;
    uint64_t slice = books_head()->clock_rate / SLICES;
    slice = disorder_part(slice / 100, slice);
    for (unsigned turn = 0; goes_on && turn < LOOK_EVERY; turn++) {
        uint64_t doom = fault_injection_lease(slot);
        uint64_t ran =
            process_hand(slot, clock_ticks() + (doom ? doom : slice));
        bool late = books_process(slot)->reason == REASON_LEASE;
        if (ran != OK || slot_has_crashed(slot) || (late && doom)) {
            keeper_died(slot, slot_has_crashed(slot) ? SIGSEGV : SIGKILL);
            return false;
        }
        if (late && take_turn(slot, overdue++)) {
            break;
        }
        goes_on = late || answer_link(slot) || keeper_request(slot);
        if (!late && (gives_way(slot) || disorder_chance(16))) {
            break;
        }
    }
    return goes_on;
}

/* One turn of the process, which it pays for, with what is done for it. */
static void take_its_turn(unsigned slot)
{
    struct task *t = task_of(slot);
    uint64_t before = clock_ticks();
    bool goes_on = run(slot);
    scheduler_charge(t, clock_ticks() - before);
    if (goes_on) {
        keeper_ready(slot);
    }
}

/* Nobody has anything to do until a key is pressed, or it is time for what
 * waits. */
static void rest(void)
{
    const volatile struct books *books = books_head();
    uint64_t next = keeper_next(), now = machine_now();
    uint64_t nanoseconds = next > now ? next - now : 0;
    uint64_t until = 0;
    if (next != UINT64_MAX) {
        until = clock_ticks() + nanoseconds / SECOND * books->clock_rate +
                nanoseconds % SECOND * books->clock_rate / SECOND;
    }
    serial_wait(until);
}

static void run_all(void)
{
    while (keeper_status() < 0) {
        unsigned slot = next();
        if (slot != 0 && machine_window(slot) != NULL && keeper_may_run(slot)) {
            take_its_turn(slot);
        }
        slot_bury();
        keeper_again();
        if (scheduler.ready == NULL && keeper_status() < 0) {
            rest();
        }
    }
}

/* All processes have ended: says whether anything of theirs is left. */
static void check_frames(void)
{
    static char line[] = "keeper: 00000000 frames of ended processes are left";
    slot_bury();
    uint64_t count = slot_frames_left(), at = 16;
    if (count == 0) {
        return;
    }
    for (; at > 8; count /= 10) {
        line[--at] = (char)('0' + count % 10);
    }
    machine_say(line, sizeof(line) - 1);
}

/* The file 1 or 2 of a command that is not at the terminal. */
static void put_raw(unsigned fd, const void *bytes, uint64_t count)
{
    command_put(fd == 1 ? LAUNCH_OUTPUT : LAUNCH_ERROR, bytes, count);
}

/* A number, and *c behind it. */
static uint16_t number(const char **c)
{
    unsigned value = 0;
    for (; **c >= '0' && **c <= '9' && value < 1000; ++*c) {
        value = value * 10 + (unsigned)(**c - '0');
    }
    return (uint16_t)value;
}

/* `size=30x90` on the boot command line: the terminal's rows and columns. */
static void take_size(void)
{
    const char *c = command_word("size=");
    uint16_t rows = c == NULL ? 0 : number(&c);
    if (rows != 0 && *c++ == 'x') {
        uint16_t columns = number(&c);
        start_size(rows, columns != 0 ? columns : rows);
    }
}

/* `seed=7` on the boot command line: of a build with CHECK=n, which is without
 * disorder else (lib/disorder.h). */
static void take_seed(void)
{
    const char *c = command_word("seed=");
    if (c != NULL) {
        keeper_disorder(number(&c));
    }
}

/* The first process, with its command; false, and a line said, if not. */
static bool start_process(void)
{
    static const char variables[] =
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin\0HOME=/root\0"
        "TERM=vt100\0PS1=\\w \\$ ";
    int slot = slot_make();
    if (slot < 0) {
        command_say(WHO, "there is no memory for a process", NULL, NULL);
        return false;
    }
    char *data = (char *)blocks_window((unsigned)slot)->data;
    uint64_t count =
        command_words(data, WINDOW_DATA, variables, sizeof(variables));
    if (count == 0) {
        command_say(WHO, "the command is missing or too long", NULL, NULL);
        return false;
    }
    blocks_link((unsigned)slot)->a[0] = count;
    blocks_link((unsigned)slot)->a[1] = 4;
    fault_injection_begin();
    take_size();
    take_seed();
    if (command_is_raw()) {
        start_raw(put_raw);
    }
    keeper_first((unsigned)slot);
    keeper_ready((unsigned)slot);
    return true;
}

/* Binds the library OS, and makes the root file system. */
static bool begin(void)
{
    static struct object object;
    static struct text text;
    const struct books *books = process_books();
    if (!command_libos(WHO, LIBOS, &text_room, &object)) {
        return false;
    }
    if (!memory_begin() || !text_load(&object, &text)) {
        command_say(WHO, "there is no memory", NULL, NULL);
        return false;
    }
    slot_use(&text);
    if (!keeper_begin(1, books->image_size, books->clock_time)) {
        command_say(WHO, "the root image is damaged, or too large", NULL, NULL);
        return false;
    }
    return start_process();
}

int main(void)
{
    if (!begin()) {
        return command_end(STATUS_WRONG);
    }
    run_all();
    check_frames();
    int status = keeper_status();
    return command_end(status & 0x7f ? 128 + (status & 0x7f)
                                     : status >> 8 & 255);
}
