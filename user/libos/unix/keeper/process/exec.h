/* Exec: another program in the same process. */
#ifndef XO5_UNIX_KEEPER_PROCESS_EXEC_H
#define XO5_UNIX_KEEPER_PROCESS_EXEC_H

#include "libos/unix/keeper/record/serve.h"

/* KEEPER_EXEC: -ENOMEM. */
serve_function serve_exec;

#endif
