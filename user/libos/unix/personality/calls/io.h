/*
 * Reading and writing. A request carries WINDOW_DATA bytes; what is larger is
 * asked for in pieces, until Linux would stop too: a file ends, a pipe is
 * empty, a signal comes. What fits one request is one, however many parts it
 * has in the program, so that small writes to a pipe are not mixed with
 * others'.
 */
#ifndef XO5_UNIX_PERSONALITY_CALLS_IO_H
#define XO5_UNIX_PERSONALITY_CALLS_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/personality/base/call.h"

/* Would reading (POLLIN) or writing (POLLOUT) that file wait? While other
 * threads could run, a call that would wait is not made: io_wait makes the
 * thread wait, and it answers what the call answers then. */
bool io_would_wait(int fd, uint16_t events);
int64_t io_wait(int fd, uint16_t events);

call_function call_read, call_write, call_pread64, call_pwrite64, call_readv,
    call_writev, call_preadv, call_pwritev, call_preadv2, call_pwritev2,
    call_copy_file_range;

#endif
