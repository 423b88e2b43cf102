/* exec: another program in the place of this one. */
#ifndef XO5_UNIX_PERSONALITY_EXEC_EXEC_H
#define XO5_UNIX_PERSONALITY_EXEC_EXEC_H

#include <stdint.h>

#include "libos/unix/personality/base/call.h"

#include "abi/context.h"

/*
 * Starts the program at `path` with the strings of argv.h: registers come
 * into *program. Errors in the order of checks, each of which leaves the old
 * program as it was:
 *   what opening answers, -EACCES: no regular file, or not executable;
 *   -ENOEXEC: neither an executable nor a script; -ELOOP: scripts of scripts
 *   of scripts; -E2BIG; and the same for the script's or the executable's
 *   interpreter.
 * After that, what goes wrong ends the process with SIGKILL, as in Linux.
 */
int64_t exec_start(const char *path, struct registers *program);

/* The last part of the program's path, 15 bytes of it at most; prctl changes
 * it. 16 bytes. */
char *exec_name(void);

call_function call_execve, call_execveat;

#endif
