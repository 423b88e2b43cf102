/*
 * What /proc says of a process's program: the path and the arguments that it
 * gave at exec. They are in a page that forked processes share.
 */
#ifndef XO5_UNIX_KEEPER_FILES_CMDLINE_H
#define XO5_UNIX_KEEPER_FILES_CMDLINE_H

#include <stddef.h>
#include <stdint.h>

#include "libos/unix/keeper/record/process.h"

#define CMDLINE_TEXT (KEEPER_PAGE - 16)

struct cmdline {
    uint32_t users;
    uint32_t path;      /* length of the path, which is the first text; its */
    uint32_t arguments; /* zero is not counted; and of all that follows it */
    uint32_t pad;
    char text[CMDLINE_TEXT];
};

/* The process's; NULL before its first exec. */
const struct cmdline *cmdline_of(const struct process *process);

/* A forked process has them too; an ended one no more. */
void cmdline_hold(const struct process *process);
void cmdline_drop(struct process *process);

/* Sets both, cut to what fits: 0, or -ENOMEM. */
int cmdline_set(struct process *process, const char *path,
                const char *arguments, uint64_t count);

#endif
