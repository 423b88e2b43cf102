/*
 * Signal frames: what a handler finds on its stack, exactly as Linux lays it
 * out, since handlers read it and rt_sigreturn takes it back.
 *
 *   rsp    restorer, where the handler returns to
 *    + 8   ucontext: flags, link, alternate stack, registers, mask
 *    + 312 siginfo: 128 bytes
 *    + 440
 *          the extended state, as XSAVE stores it, at a multiple of 64
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SIGFRAME_H
#define XO5_UNIX_PERSONALITY_THREAD_SIGFRAME_H

#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/personality/thread/signal.h"

/* Bytes of stack that a frame takes at most: AT_MINSIGSTKSZ. */
uint64_t sigframe_size(void);

/* Puts a frame onto the program's stack, or its alternate one, and makes
 * *program call the handler. `mask` is what sigreturn shall restore. 0;
 * -EFAULT: there is no such stack. */
int64_t sigframe_push(struct registers *program, const struct action *action,
                      uint64_t mask, const struct siginfo *information);

/* Takes back the frame that *program's rsp is in: registers, extended state,
 * mask, alternate stack. 0; -EFAULT. */
int64_t sigframe_pop(struct registers *program);

#endif
