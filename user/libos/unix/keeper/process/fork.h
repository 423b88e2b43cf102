/* Fork: a process that is a copy of another. */
#ifndef XO5_UNIX_KEEPER_PROCESS_FORK_H
#define XO5_UNIX_KEEPER_PROCESS_FORK_H

#include "libos/unix/keeper/record/serve.h"

/* A copy of that record with a pid of its own and nothing done, that holds
 * what the other holds; of zeros if it is NULL. NULL if there is no room. */
struct process *process_copy(struct process *from);

/* It has a slot now, and its window is filled in. */
void process_settle(struct process *process, unsigned slot);

/* KEEPER_FORK: -EAGAIN if there are too many, or what machine_fork says. */
serve_function serve_fork;

#endif
