/* Requests about sockets. */
#ifndef XO5_UNIX_KEEPER_CALLS_SOCKET_CALLS_H
#define XO5_UNIX_KEEPER_CALLS_SOCKET_CALLS_H

#include "libos/unix/keeper/record/serve.h"

/* socketpair: -EAFNOSUPPORT, -EINVAL, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT,
 * -EMFILE, -ENFILE. */
serve_function serve_socketpair;

/* -EBADF, -ENOTSOCK, -EINVAL. */
serve_function serve_shutdown;

/* sendto and recvfrom without an address: -EBADF, -ENOTSOCK, -EOPNOTSUPP of a
 * flag, and as socket_write and socket_read. */
serve_function serve_sendto, serve_recvfrom;

#endif
