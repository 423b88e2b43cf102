/* Answering requests. */
#ifndef XO5_UNIX_KEEPER_PROCESS_REPLY_H
#define XO5_UNIX_KEEPER_PROCESS_REPLY_H

#include "libos/unix/keeper/record/serve.h"

/* Whose request came from the machine and is being handled; NULL: nobody's. */
extern struct process *reply_current;

/* The process has its answer and may run, unless it is stopped. */
void reply_answer(struct process *process, int64_t answer);

/* The process is killed. If it has said that it shares memory, and does not
 * wait for a child that runs in its place, it gets its last turn, for a second
 * at most: true. */
bool reply_last_turn(struct process *process);

/* It may run again (SIGCONT), if it has its answer. */
void reply_resume(struct process *process);

#endif
