/*
 * The launcher, which is init: binds a library OS to the first process, gives
 * it the root image, the console, and nearly all memory, and then the CPU
 * whenever it comes back. The machine ends with that process's status.
 */
#include <stddef.h>

#include "abi/errors.h"
#include "launch/command.h"
#include "launch/first.h"
#include "lib/books.h"
#include "lib/process.h"

#define WHO "launch"
#define LIBOS "/lib/min.so"
#define WRONG 1
#define CRASHED (128 + 11) /* as by SIGSEGV */

static const char variables[] = "PATH=/usr/local/bin:/usr/bin:/bin:"
                                "/usr/sbin:/sbin\0HOME=/\0TERM=vt100\0"
                                "PS1=\\w \\$ ";
#define VARIABLES 4

static const struct room room = {
    .text_end = LAUNCH_TABLE,
    .data_start = LAUNCH_VARIABLES - LAUNCH_BASE,
    .data_end = LAUNCH_OWN - LAUNCH_BASE,
    .launcher = LAUNCH_PLAIN,
};

/* Gives it the CPU until it has ended; its status as a shell would tell it. */
static int run(const struct first *first)
{
    while (process_hand(first->slot, 0) == OK &&
           books_process(first->slot)->reason != REASON_FAULT) {
        __asm__ volatile("pause");
    }
    if (first->context->ended != CONTEXT_ENDED) {
        return CRASHED;
    }
    int status = (int)first->context->status;
    return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 255;
}

/* The first process, ready to run; false, with a line said, if it cannot. */
static bool make(struct first *first)
{
    static struct object object;
    if (!command_libos(WHO, LIBOS, &room, &object)) {
        return false;
    }
    const char *wrong = first_make(&object, first);
    if (wrong != NULL) {
        command_say(WHO, "the library OS", wrong, NULL);
        return false;
    }
    struct launch_start *start = first_start();
    start->variables = VARIABLES;
    start->arguments =
        command_words(start->words, LAUNCH_WORDS, variables, sizeof(variables));
    if (start->arguments == 0) {
        command_say(WHO, "the command is missing or too long", NULL, NULL);
        return false;
    }
    return true;
}

int main(void)
{
    static struct first first;
    return command_end(make(&first) ? run(&first) : WRONG);
}
