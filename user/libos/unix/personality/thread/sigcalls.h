/* The calls that deal with signals; arguments and answers are Linux's. Real
 * time signals are not queued: of two that wait, one is delivered. */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SIGCALLS_H
#define XO5_UNIX_PERSONALITY_THREAD_SIGCALLS_H

#include <stdint.h>

int64_t call_rt_sigaction(const uint64_t *a);
int64_t call_rt_sigprocmask(const uint64_t *a);
int64_t call_rt_sigpending(const uint64_t *a);
int64_t call_rt_sigsuspend(const uint64_t *a);
int64_t call_rt_sigtimedwait(const uint64_t *a);
int64_t call_rt_sigreturn(const uint64_t *a);
int64_t call_sigaltstack(const uint64_t *a);
int64_t call_pause(const uint64_t *a);
int64_t call_tkill(const uint64_t *a);
int64_t call_tgkill(const uint64_t *a);

#endif
