/*
 * Signals between processes. What a process does with one is its own matter;
 * the keeper only keeps which are pending, and does itself what no process can
 * refuse: SIGKILL, SIGSTOP and that SIGCONT continues.
 */
#ifndef XO5_UNIX_KEEPER_PROCESS_SIGNAL_H
#define XO5_UNIX_KEEPER_PROCESS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/record/process.h"
#include "libos/unix/keeper/record/serve.h"

#define SIGNAL_BIT(signal) (1ull << ((signal) - 1))
#define SIGNAL_STOPS                                                           \
    (SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) |         \
     SIGNAL_BIT(SIGTTOU))

/* Sends a signal, 1 to SIGNALS, to one that lives; code, pid and status are
 * what siginfo_t tells. The process may have ended afterwards, also the one
 * whose request this is. */
void signal_send(struct process *process, unsigned signal, int code,
                 uint32_t pid, int status);

/* The answer to its write; SIGPIPE goes with -EPIPE. */
int64_t signal_pipe(struct process *process, int64_t answer);

/* To all of a process group: how many that were. */
unsigned signal_group(uint32_t group, unsigned signal, int code, uint32_t pid);

/* Is a signal pending that ends what the process waits for? */
bool signal_interrupts(const struct process *process);

/* Would it do nothing with that signal, or not now? */
bool signal_refused(const struct process *process, unsigned signal);

/* Has no process of that group a parent that could continue it: one of the
 * same session, in another group? */
bool signal_orphaned(uint32_t group);

/* SIGHUP and SIGCONT to that group, if it is orphaned and one is stopped. */
void signal_abandon(uint32_t group);

/* Requests: -EINVAL, -ESRCH; taken: -EAGAIN. */
serve_function serve_kill, serve_tgkill, serve_taken, serve_stop, serve_pause;

#endif
