/* Calls on files whose arguments need a look before the keeper is asked. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_FILES_H
#define XO5_UNIX_PERSONALITY_CALLS_FILES_H

#include "libos/unix/personality/base/call.h"

call_function call_getdents64, call_open, call_openat, call_dup2, call_fcntl,
    call_ioctl, call_utime, call_utimes;

#endif
