/* Calls of sockets. There are pairs of connected ones alone. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_SOCKET_H
#define XO5_UNIX_PERSONALITY_CALLS_SOCKET_H

#include <stdint.h>

/* The calls of those names, with their arguments and Linux's answers; of
 * getsockname, getpeername too. */
int64_t call_connect(const uint64_t *a);
int64_t call_sendto(const uint64_t *a);
int64_t call_recvfrom(const uint64_t *a);
int64_t call_getsockname(const uint64_t *a);
int64_t call_getsockopt(const uint64_t *a);

#endif
