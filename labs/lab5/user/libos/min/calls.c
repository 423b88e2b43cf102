/*
 * Exercise 5.5. Eight system calls.
 */
#include "libos/min/calls.h"

#include "libos/min/abi.h"
#include "libos/min/exercise.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

int64_t call_read(int fd, void *to, uint64_t count)
{
    /* TODO 1: which files can be read, and by which function? */
    (void)fd;
    (void)to;
    (void)count;
    exercise_missing("5.5 (user/libos/min/calls.c: call_read)");
}

int64_t call_write(int fd, const void *from, uint64_t count)
{
    /* TODO 2: the same for writing; and what if nobody reads? */
    (void)fd;
    (void)from;
    (void)count;
    exercise_missing("5.5 (user/libos/min/calls.c: call_write)");
}

int64_t call_close(int fd)
{
    /* TODO 3: when is an end of a pipe closed? */
    (void)fd;
    exercise_missing("5.5 (user/libos/min/calls.c: call_close)");
}

int64_t call_dup2(int from, int to)
{
    /* TODO 3: as call_close, and file_set. */
    (void)from;
    (void)to;
    exercise_missing("5.5 (user/libos/min/calls.c: call_dup2)");
}

int64_t call_pipe(int *fds, unsigned flags)
{
    /* TODO 4: a pipe, two files, two descriptors; undo all if one lacks. */
    (void)fds;
    (void)flags;
    exercise_missing("5.5 (user/libos/min/calls.c: call_pipe)");
}

int64_t call_fork(void)
{
    /* TODO 5: process.h has it. */
    exercise_missing("5.5 (user/libos/min/calls.c: call_fork)");
}

int64_t call_wait(int number, int *status, int options)
{
    /* TODO 5: find, pause until it has ended, bury. */
    (void)number;
    (void)status;
    (void)options;
    exercise_missing("5.5 (user/libos/min/calls.c: call_wait)");
}

void call_exit(int status)
{
    /* TODO 6: in which order? */
    (void)status;
    exercise_missing("5.5 (user/libos/min/calls.c: call_exit)");
}
