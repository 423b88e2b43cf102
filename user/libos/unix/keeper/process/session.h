/* The session that has the terminal, and its group in the foreground. */
#ifndef XO5_UNIX_KEEPER_PROCESS_SESSION_H
#define XO5_UNIX_KEEPER_PROCESS_SESSION_H

#include "libos/unix/keeper/record/process.h"

/* The terminal is nobody's. */
void session_begin(void);

/* That process leads its session, whose terminal it becomes; if it is free. */
void session_adopt(struct process *process);

/* A process has ended, or has no terminal any more: if it led the session,
 * the others of it have none either, and are told (SIGHUP, SIGCONT). */
void session_leave(struct process *process);

/* The session whose terminal it is; 0: nobody's. */
uint32_t session_owner(void);

/* The group in the foreground; 0: none. */
uint32_t session_foreground(void);
void session_set_foreground(uint32_t group);

/* Is the terminal this process's? */
bool session_has_terminal(const struct process *process);

/* Is it in the background of its own terminal? */
bool session_in_background(const struct process *process);

/* It has done from the background what it must not: its group gets that signal,
 * and -EINTR is the answer; -EIO if nobody could continue the group. */
int64_t session_stop(struct process *process, unsigned signal);

#endif
