/* Calls of sockets. There are pairs of connected ones alone. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_SOCKET_H
#define XO5_UNIX_PERSONALITY_CALLS_SOCKET_H

#include "libos/unix/personality/base/call.h"

/* The calls of those names, with their arguments and Linux's answers; of
 * getsockname, getpeername too. */
call_function call_connect, call_sendto, call_recvfrom, call_getsockname,
    call_getsockopt;

#endif
