/*
 * The keeper on xo5: it is init. It reads the root image, starts /bin/sh or
 * what `run=` on the boot command line says, and gives the CPU to one process
 * after the other; each comes back with a request. When the first process has
 * ended, so has the machine, with its status.
 */
#include "lib/books.h"
#include "lib/console.h"
#include "lib/operations.h"
#include "lib/process.h"
#include "lib/string.h"
#include "libos/unix/abi.h"
#include "libos/unix/keeper/machine.h"
#include "libos/unix/xo5/keeper/blocks.h"
#include "libos/unix/xo5/keeper/maps.h"
#include "libos/unix/xo5/keeper/own.h"
#include "libos/unix/xo5/keeper/process.h"

#define LOOK_EVERY 64 /* turns; a key may have been pressed meanwhile */
#define STATUS_WRONG 1

extern const uint8_t libos_file[], libos_file_end[]; /* object.S */

static uint8_t queue[2 * KEEPER_SLOTS]; /* slots that may run */
static unsigned head, tail;
static bool queued[KEEPER_SLOTS];

void keeper_ready(unsigned slot)
{
    if (!queued[slot]) {
        queued[slot] = true;
        queue[tail++ % KEEPER_SLOTS] = (uint8_t)slot;
    }
}

/* The next process that may run; 0 if all wait. */
static unsigned next(void)
{
    if (head == tail) {
        return 0;
    }
    unsigned slot = queue[head++ % KEEPER_SLOTS];
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
    link->answer = request == LINK_GROW ? blocks_grow(slot, link->a[0])
                                        : maps_answer(slot);
    return true;
}

/* Was its last request a fork? */
static bool forks(unsigned slot)
{
    return blocks_window(slot)->number == KEEPER_FORK;
}

/* Gives it the CPU until it has a request that must wait. */
static void run(unsigned slot)
{
    bool goes_on = true;
    for (unsigned turn = 0; goes_on && turn < LOOK_EVERY; turn++) {
        if (process_hand(slot, 0) != OK) {
            return;
        }
        if (process_has_crashed(slot)) {
            keeper_died(slot, SIGSEGV);
            return;
        }
        goes_on = answer_link(slot) || keeper_request(slot);
        if (forks(slot)) { /* the child first: it may leave all to the parent */
            break;
        }
    }
    if (goes_on) {
        keeper_ready(slot);
    }
}

static void run_all(void)
{
    while (keeper_status() < 0) {
        unsigned slot = next();
        if (slot != 0 && machine_window(slot) != NULL && keeper_may_run(slot)) {
            run(slot);
        }
        process_bury();
        keeper_again();
        if (slot == 0) {
            __asm__ volatile("pause");
        }
    }
}

/* The words of the boot command line from `run=` on, or a shell: strings one
 * after the other, the first of them twice, since it is the path too. Returns
 * how many arguments there are. */
static unsigned first_words(char *words, unsigned room)
{
    const char *line = process_books()->cmdline, *at = "/bin/sh";
    for (const char *c = line; *c; c++) {
        if (memcmp(c, "run=", 4) == 0 && (c == line || c[-1] == ' ')) {
            at = c + 4;
            break;
        }
    }
    unsigned count = 1, n = 0, length = 0;
    while (at[length] && at[length] != ' ') {
        length++;
    }
    memcpy(words, at, length);
    words[length] = 0;
    n = length + 1;
    for (; *at && n + 1 < room; at++) {
        count += *at == ' ';
        words[n++] = *at == ' ' ? 0 : *at;
    }
    words[n] = 0;
    return count;
}

static void start_first(void)
{
    static const char variables[] =
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin\0HOME=/root\0"
        "TERM=vt100\0PS1=\\w \\$ ";
    int slot = process_make();
    if (slot < 0) {
        console_print("keeper: there is no memory for a process\n");
        process_exit(STATUS_WRONG);
    }
    char *data = (char *)blocks_window((unsigned)slot)->data;
    unsigned count = first_words(data, WINDOW_DATA - sizeof(variables));
    char *end = data;
    for (unsigned n = 0; n < count + 1; n++) {
        end += strlen(end) + 1;
    }
    memcpy(end, variables, sizeof(variables));
    blocks_link((unsigned)slot)->a[0] = count;
    blocks_link((unsigned)slot)->a[1] = 4;
    keeper_first((unsigned)slot);
    keeper_ready((unsigned)slot);
}

int main(void)
{
    static struct text text;
    const struct books *books = process_books();
    const char *wrong = "there is no memory";
    if (own_begin()) {
        wrong = text_load(libos_file, (uint64_t)(libos_file_end - libos_file),
                          &text);
    }
    if (wrong != NULL) {
        console_print("keeper: the library OS %s\n", wrong);
        return STATUS_WRONG;
    }
    process_use(&text);
    if (!keeper_begin(1, books->image_size, books->clock_time)) {
        console_print("keeper: the root image is none: see make image\n");
        return STATUS_WRONG;
    }
    start_first();
    run_all();
    int status = keeper_status();
    return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 255;
}
