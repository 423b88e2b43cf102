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
