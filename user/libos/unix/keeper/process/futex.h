/*
 * Futexes in memory that processes share: words of a file's content, whoever
 * has it mapped and where. A word is named by its file, which the process must
 * have mapped (mapping.h), and its offset there. Who waits is a thread of a
 * process, which gives it a token; the process itself does not wait here, it is
 * told how many of its threads are woken (window's `woken`), and takes their
 * tokens.
 */
#ifndef XO5_UNIX_KEEPER_PROCESS_FUTEX_H
#define XO5_UNIX_KEEPER_PROCESS_FUTEX_H

#include "libos/unix/keeper/record/serve.h"

/* Nobody waits. */
void futex_begin(void);

/* None of its threads waits any more: it ends, or calls exec. */
void futex_forget(struct process *process);

/* KEEPER_FUTEX_ requests, as protocol.h has them: -EBADF: it has not mapped the
 * file; -EINVAL: the offset is no multiple of 4; -EAGAIN, -ENOMEM. */
serve_function serve_futex_wait, serve_futex_wake, serve_futex_move,
    serve_futex_leave, serve_futex_woken;

#endif
