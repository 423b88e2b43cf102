#include "lib/process.h"

#include "abi/context.h"

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
    volatile struct context *context =
        (volatile struct context *)(uintptr_t)INIT_CONTEXT;
    context->status = (uint64_t)status;
    context->ended = CONTEXT_ENDED;
    for (;;) {
        __asm__ volatile("ud2");
    }
}
