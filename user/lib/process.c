/*
 * What a process knows of itself is in the books, its context and its
 * directory entries: it is looked up there, and no call asks the kernel for it.
 * Only handing the processor on and ending are calls.
 */
#include "lib/process.h"

#include "lib/assert.h"
#include "lib/books.h"
#include "lib/console.h"
#include "lib/operations.h"

uint64_t process_number = SLOT_INIT;

uint64_t process_entry(uint64_t slot)
{
    ASSERT(slot < PROCESS_MAX, "process_entry: a process, or SLOT_RUNNING");
    return entry_name(books_head()->directory, slot);
}

uint64_t process_hand(uint64_t slot, uint64_t lease)
{
    return op_swap(process_entry(SLOT_RUNNING), process_entry(slot),
                   books_process(process_number)->table,
                   books_process(slot)->table, lease);
}

uint64_t process_yield(void)
{
    return process_hand(books_process(process_number)->giver, 0);
}

uint64_t process_group(unsigned kind, unsigned first)
{
    uint64_t n = 0;
    while (n < GROUP_MAX &&
           (books_group(n)->kind != kind || books_group(n)->first != first)) {
        n++;
    }
    return n;
}

void process_compute(void)
{
    volatile struct context *context = process_context();
    /* The kernel writes down where we stand when it takes the CPU. */
    context->cpu.rip = 0;
    while (context->cpu.rip == 0) {
    }
}

uint64_t process_rest(uint64_t until)
{
    uint64_t running = process_entry(SLOT_RUNNING);
    return op_swap(running, running, books_process(process_number)->table,
                   RESOURCE_NONE, until);
}

bool process_has_console(void)
{
    uint64_t n = process_group(GROUP_PORTS, CONSOLE_PORT);
    return n < GROUP_MAX && books_process(process_number)->groups >> n & 1;
}

bool process_argument(const char *word)
{
    const char *at = process_books()->cmdline;
    while (*at) {
        const char *w = word;
        while (*w && *at == *w) {
            at++;
            w++;
        }
        if (*w == 0 && (*at == 0 || *at == ' ')) {
            return true;
        }
        while (*at && *at != ' ') {
            at++;
        }
        while (*at == ' ') {
            at++;
        }
    }
    return false;
}

uint64_t process_value(const char *name, uint64_t otherwise)
{
    for (const char *at = process_books()->cmdline; *at; at++) {
        const char *n = name, *a = at;
        uint64_t value = 0;
        while (*n && *a == *n) {
            a++;
            n++;
        }
        while (!*n && *a >= '0' && *a <= '9') {
            value = value * 10 + (uint64_t)(*a++ - '0');
        }
        if (!*n) {
            return value;
        }
    }
    return otherwise;
}

void process_exit(int status)
{
    volatile struct context *context = process_context();
    context->entry_fault = 0;
    context->status = (uint64_t)status;
    context->ended = CONTEXT_ENDED;
    for (;;) {
        __asm__ volatile("ud2");
    }
}
