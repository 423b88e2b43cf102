/*
 * The launcher, which is init: binds a library OS to the first process, gives
 * it the root image, the console, and nearly all memory, and then the CPU
 * whenever it comes back. The machine ends with that process's status.
 */
#include <stddef.h>

#include "launch/first.h"
#include "abi/errors.h"
#include "lib/books.h"
#include "lib/console.h"
#include "lib/process.h"
#include "lib/string.h"
#include "libos/unix/keeper/image.h"

#define WRONG 1
#define CRASHED (128 + 11) /* as by SIGSEGV */

extern const uint8_t object_file[], object_file_end[]; /* object.S */

static const char variables[] = "PATH=/usr/local/bin:/usr/bin:/bin:"
                                "/usr/sbin:/sbin\0HOME=/\0TERM=vt100\0"
                                "PS1=\\w \\$ ";
#define VARIABLES 4

static bool has_image(void)
{
    const struct image_header *h = (const void *)INIT_ROOT_IMAGE;
    return books_head()->image_size >= sizeof(*h) && h->magic == IMAGE_MAGIC &&
           h->size <= books_head()->image_size;
}

/* What follows `run=` on the boot command line, to its end. */
static const char *command(void)
{
    for (const char *c = process_books()->cmdline; *c; c++) {
        if (strlen(c) > 4 && memcmp(c, "run=", 4) == 0) {
            return c + 4;
        }
    }
    return "/bin/sh";
}

/* The words of the command, with blanks between them, as strings; the first
 * twice, since it is the path too; and the variables. Between two ' a blank is
 * a letter like any other. */
static void tell(struct launch_start *start)
{
    const char *c = command();
    char *to = start->words, *end = to + LAUNCH_WORDS - sizeof(variables) - 1;
    uint64_t length = 0;
    while (c[length] && c[length] != ' ') {
        length++;
    }
    memcpy(to, c, length);
    to += length + 1;
    start->arguments = 1;
    for (bool quote = false; *c && to < end; c++) {
        if (*c == '\'') {
            quote = !quote;
        } else if (*c == '\\') { /* GRUB's, before a quote */
            continue;
        } else if (*c == ' ' && !quote) {
            *to++ = 0;
            start->arguments++;
        } else {
            *to++ = *c;
        }
    }
    *to++ = 0;
    memcpy(to, variables, sizeof(variables));
    start->variables = VARIABLES;
}

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

int main(void)
{
    static struct object object;
    static struct first first;
    const char *wrong = NULL;
    if (!has_image()) {
        console_print("launch: the root image is none: see make image\n");
        return WRONG;
    }
    wrong = object_read(object_file, (uint64_t)(object_file_end - object_file),
                        &object);
    wrong = wrong == NULL ? first_make(&object, &first) : wrong;
    if (wrong != NULL) {
        console_print("launch: the library OS %s\n", wrong);
        return WRONG;
    }
    tell(first_start());
    return run(&first);
}
