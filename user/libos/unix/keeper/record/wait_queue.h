/*
 * Waiting. A request that cannot be answered is tried again when something
 * has happened that it waits for. Whoever makes it happen says so here; the
 * tries are made later, when the keeper is done with what it does.
 */
#ifndef XO5_UNIX_KEEPER_RECORD_WAIT_QUEUE_H
#define XO5_UNIX_KEEPER_RECORD_WAIT_QUEUE_H

#include "libos/unix/keeper/record/process.h"

/* Those that wait for this, and those that wait for anything, shall try. */
void wait_queue_wake(enum wait_kind kind, uint32_t number);

/* That process waits from now on. */
void wait_queue_add(struct process *process, enum wait_kind kind,
                    uint32_t number);

/* This one shall, if it waits. */
void wait_queue_wake_process(struct process *process);

/* When the next one is; NEVER if there is none. */
uint64_t wait_queue_deadline(void);

/* The index of one that shall try, which it now does; PROCESSES if none. */
unsigned wait_queue_next(void);

#endif
