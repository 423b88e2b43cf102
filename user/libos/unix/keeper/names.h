/*
 * What /proc says of a process's program: the path and the arguments that it
 * gave at exec. They are in a page that forked processes share.
 */
#ifndef XO5_KEEPER_NAMES_H
#define XO5_KEEPER_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "libos/unix/keeper/process.h"

#define NAMES_TEXT (KEEPER_PAGE - 16)

struct names {
    uint32_t users;
    uint32_t path;      /* length of the path, which is the first text; its */
    uint32_t arguments; /* zero is not counted; and of all that follows it */
    uint32_t pad;
    char text[NAMES_TEXT];
};

/* The process's; NULL before its first exec. */
const struct names *names_of(const struct process *process);

/* A forked process has them too; an ended one no more. */
void names_hold(const struct process *process);
void names_drop(struct process *process);

/* Sets both, cut to what fits: 0, or -ENOMEM. */
int names_set(struct process *process, const char *path, const char *arguments,
              uint64_t count);

#endif
