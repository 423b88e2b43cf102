/*
 * What lab 5's grader runs inside of min, in the first process, instead of a
 * program: `run=test:NAME`. It calls the exercises' functions one by one, and
 * stands at inside_look when the tables are worth looking at: rdi says which
 * look it is. What it found is in inside_results.
 */
#include "libos/min/inside.h"

#include "abi/context.h"
#include "inside_tests.h"
#include "lib/books.h"
#include "lib/frames.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/console.h"
#include "libos/min/fork.h"

volatile uint64_t inside_given[3] = {0x80000000, 0x140000000, 100};
uint64_t inside_results[RESULTS];
uint8_t inside_stack[8192] __attribute__((aligned(16)));
unsigned found;

void __attribute__((noinline)) inside_look(uint64_t which)
{
    __asm__ volatile("" : : "r"(which) : "memory");
}

void note(int64_t value)
{
    if (found < RESULTS) {
        inside_results[found++] = (uint64_t)value;
    }
}

void finish(int status)
{
    process_stop(status << 8);
}

volatile uint64_t *word(uint64_t va)
{
    return (volatile uint64_t *)va;
}

void region(uint64_t start, uint64_t pages, enum region_kind kind,
            uint64_t first, unsigned rights)
{
    struct region r = {start, start + pages * PAGE, first, kind, rights};
    region_add(&r);
}

/* A page of memory, without the pager; its first word is `value`. */
void put(uint64_t va, uint64_t value)
{
    struct table *t = space_reach(va);
    uint32_t frame = space_page();
    space_attach(t, space_index(va, 1), frame, RW, 0, 0);
    *word(va) = value;
}

/* Lets stores through to a page that is there, without the pager. */
int own(uint64_t va)
{
    struct table *t = space_reach(va);
    return t == 0 ? -ENOMEM : fork_page(t, va);
}

/* All memory that this process may still have, but for `rest` frames. */
void use_up(uint64_t rest)
{
    const volatile struct process *me = books_process(space_start()->slot);
    while (me->allowance > rest &&
           frames_take(2, KIND_TABLE, space_start()->slot) != 0) {
    }
}

/* A child that does that; its number, or fork's error. */
int64_t start_child(void (*does)(void))
{
    process_program.rip = (uintptr_t)does;
    process_program.rsp = (uintptr_t)inside_stack + sizeof(inside_stack) - 8;
    process_program.rflags = 0x202;
    return process_fork();
}

struct child *child_of(int64_t slot)
{
    for (unsigned k = 0; k < CHILDREN; k++) {
        if (process_children[k].slot == (uint64_t)slot) {
            return &process_children[k];
        }
    }
    return 0;
}

/* A test does not go on as it should when a child crashed: the grader shows
 * what was said last. */
static void say_signal(unsigned signal)
{
    char text[] = "a child ended as by signal 00\n";
    text[27] = (char)('0' + signal / 10 % 10);
    text[28] = (char)('0' + signal % 10);
    console_write(text, sizeof(text) - 1);
}

void run_to_end(int64_t slot)
{
    while (slot > 0 && !child_of(slot)->has_ended) {
        process_pause();
    }
    if (slot > 0 && (child_of(slot)->status & 127) != 0) {
        say_signal((unsigned)child_of(slot)->status & 127);
    }
}

static const char names[][17] = {
    "zero",
    "touch",
    "refused",
    "image",
    "stack",
    "stack_blocked",
    "brk",
    "no_memory",
    "share",
    "child_page",
    "parent_page",
    "alone_again",
    "opened",
    "generations",
    "ceiling",
    "fork_no_memory",
    "page_no_memory",
    "pipe_pages",
    "pipe_many",
    "pipe_order",
    "pipe_eof",
    "pipe_no_reader",
    "pipe_fork",
    "pipe_crash",
    "pipe_reader_goes",
    "pipe_together",
};

#define PAGERS 8
#define FORKS 9

static void run(unsigned n)
{
    if (n < PAGERS) {
        test_pager(n);
    } else if (n < PAGERS + FORKS) {
        test_fork(n - PAGERS);
    } else {
        test_pipe(n - PAGERS - FORKS);
    }
}

void inside_run(const char *words)
{
    if (strlen(words) < 5 || memcmp(words, "test:", 5) != 0) {
        return;
    }
    for (unsigned n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        uint64_t length = strlen(words + 5);
        if (length <= 16 && memcmp(words + 5, names[n], length) == 0 &&
            (length == 16 || names[n][length] == 0)) {
            inside_look(0);
            run(n);
            inside_look(100);
            finish(0);
        }
    }
    finish(3);
}
