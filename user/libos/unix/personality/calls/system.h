/* What a process asks of the system and of itself: names, limits, random
 * bytes, what it is called. All processes are root's. */
#ifndef XO5_UNIX_PERSONALITY_CALLS_SYSTEM_H
#define XO5_UNIX_PERSONALITY_CALLS_SYSTEM_H

#include "libos/unix/personality/base/call.h"

/* The calls of those names, with their arguments and Linux's answers. */
call_function call_getpid, call_uname, call_getrandom, call_setuid,
    call_setreuid, call_setresuid, call_getresuid, call_arch_prctl, call_prctl,
    call_getcpu, call_getrlimit, call_setrlimit, call_prlimit64, call_getgroups,
    call_personality, call_chroot;

#endif
