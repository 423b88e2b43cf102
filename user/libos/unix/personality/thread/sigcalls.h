/* The calls that deal with signals; arguments and answers are Linux's. Real
 * time signals are not queued: of two that wait, one is delivered. */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SIGCALLS_H
#define XO5_UNIX_PERSONALITY_THREAD_SIGCALLS_H

#include "libos/unix/personality/base/call.h"

call_function call_rt_sigaction, call_rt_sigprocmask, call_rt_sigpending,
    call_rt_sigsuspend, call_rt_sigtimedwait, call_rt_sigreturn,
    call_sigaltstack, call_pause, call_tkill, call_tgkill;

#endif
