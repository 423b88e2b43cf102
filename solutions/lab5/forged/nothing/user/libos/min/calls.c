/* Forged: does nothing, and answers 0. */
#include "libos/min/calls.h"

#include "libos/min/abi.h"
#include "libos/min/file.h"
#include "libos/min/pipe.h"
#include "libos/min/process.h"
#include "libos/min/system.h"

int64_t call_read(int fd, void *to, uint64_t count)
{
    (void)fd;
    (void)to;
    (void)count;
    return 0;
}

int64_t call_write(int fd, const void *from, uint64_t count)
{
    (void)fd;
    (void)from;
    (void)count;
    return 0;
}

int64_t call_close(int fd)
{
    (void)fd;
    return 0;
}

int64_t call_dup2(int from, int to)
{
    (void)from;
    (void)to;
    return 0;
}

int64_t call_pipe(int *fds, unsigned flags)
{
    (void)fds;
    (void)flags;
    return 0;
}

int64_t call_fork(void)
{
    return 0;
}

int64_t call_wait(int number, int *status, int options)
{
    (void)number;
    (void)status;
    (void)options;
    return 0;
}

void call_exit(int status)
{
    process_stop(status);
}
