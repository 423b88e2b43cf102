/*
 * A contract that does not hold ends the program, and says so first if it has
 * the console. A library OS (it is compiled to lie anywhere) has none that it
 * could be sure of: a debugger finds the words in rdi. The parent sees the
 * status in any case.
 */
#include "lib/assert.h"

#ifdef CHECK

#include "lib/console.h"
#include "lib/process.h"

#ifdef __PIC__
void assert_failed(const char *text)
{
    volatile struct context *context = process_context();
    context->entry_fault = 0;
    context->status = ASSERT_STATUS;
    context->ended = CONTEXT_ENDED;
    for (;;) {
        __asm__ volatile("ud2" : : "D"(text));
    }
}
#else
void assert_failed(const char *text)
{
    if (process_has_console()) {
        console_print("broken: process %lu: %s\n", process_number, text);
    }
    process_exit(ASSERT_STATUS);
}
#endif

#endif
