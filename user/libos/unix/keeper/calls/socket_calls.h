/* Requests about sockets. */
#ifndef XO5_UNIX_KEEPER_CALLS_SOCKET_CALLS_H
#define XO5_UNIX_KEEPER_CALLS_SOCKET_CALLS_H

#include "libos/unix/keeper/record/serve.h"

/* socketpair: -EAFNOSUPPORT, -EINVAL, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT,
 * -EMFILE, -ENFILE. */
int64_t serve_socketpair(struct serve *s);

/* -EBADF, -ENOTSOCK, -EINVAL. */
int64_t serve_shutdown(struct serve *s);

/* sendto and recvfrom without an address: -EBADF, -ENOTSOCK, -EOPNOTSUPP of a
 * flag, and as socket_write and socket_read. */
int64_t serve_sendto(struct serve *s);
int64_t serve_recvfrom(struct serve *s);

#endif
