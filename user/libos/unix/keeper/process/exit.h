/* How processes end. */
#ifndef XO5_UNIX_KEEPER_PROCESS_EXIT_H
#define XO5_UNIX_KEEPER_PROCESS_EXIT_H

#include "libos/unix/keeper/record/serve.h"

/* No process has ended. */
void exit_begin(void);

/* Takes back a copy that never got a slot. */
void process_abort(struct process *process);

/* Ends it, with that status as wait4 tells it: it lets go of all that it
 * held, and who must know is told. Pid 1 takes all others with it. */
void process_end(struct process *process, int status);

/* What pid 1 ended with, -1 while it lives. */
int process_first_status(void);

/* KEEPER_EXIT: SERVE_ENDED. */
serve_function serve_exit;

#endif
