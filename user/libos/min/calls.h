/*
 * Exercise 5.5. Eight system calls, as Linux has them but for what stands
 * here. Each answers what the program finds in rax: -errno for an error.
 * Addresses are the program's; a bad one ends the program.
 */
#ifndef XO5_MIN_CALLS_H
#define XO5_MIN_CALLS_H

#include <stdint.h>

/* -EBADF: fd is not open, or is a pipe's other end. Else as file_read and
 * pipe_read. */
int64_t call_read(int fd, void *to, uint64_t count);

/* -EBADF likewise. Else as file_write and pipe_write; but a process that writes
 * to a pipe that nobody reads ends as if by SIGPIPE, unless system_ignores says
 * that the program ignores it: then -EPIPE. */
int64_t call_write(int fd, const void *from, uint64_t count);

/* -EBADF: fd is not open. 0: it names no file any more; a file that no
 * descriptor names is closed, and that end of a pipe with it. */
int64_t call_close(int fd);

/* -EBADF: from is not open, or `to` is no number of a descriptor. `to` then
 * names the file that `from` names, and is not closed by exec; what it named
 * before is closed. If they are the same, nothing changes. Returns `to`. */
int64_t call_dup2(int from, int to);

/* pipe2: a new pipe's reading end in fds[0], the writing end in fds[1], the
 * lowest descriptors that are free. O_CLOEXEC is the only flag: -EINVAL for
 * any other. -EMFILE: no two descriptors, no two open files; pipe_make's
 * errors. After an error nothing has changed. */
int64_t call_pipe(int *fds, unsigned flags);

/* The child's number; 0 in the child. process_fork's errors. */
int64_t call_fork(void);

/*
 * wait4: a child that has ended, the one of that number, or any if it is -1.
 * Buries it, writes its status word unless `status` is NULL, and returns its
 * number. Without one: 0 if the option WNOHANG is given, after the children
 * had one turn; else process_pause() until there is one. -ECHILD: no such
 * child; -EINVAL: other options, or another number below 1.
 */
int64_t call_wait(int number, int *status, int options);

/* Closes all descriptors, waits for all children, and ends the process.
 * `status` is the word that wait4 tells, not exit's argument: that is in its
 * second byte already. */
void call_exit(int status) __attribute__((noreturn));

#endif
