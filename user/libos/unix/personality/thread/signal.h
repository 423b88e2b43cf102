/*
 * Signals of this process. The keeper knows which are pending for the process
 * (window->pending) and is told which it blocks and ignores; what is to be
 * done with one, handlers and masks, is known here alone. Signals are looked
 * at when a call returns, and when the program has been interrupted.
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_SIGNAL_H
#define XO5_UNIX_PERSONALITY_THREAD_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/linux-abi/abi.h"

#define SIGNAL_BIT(signal) (1ull << ((signal) - 1))
#define SIGNAL_ACTS_ON(set) ((set) & ~SIGNAL_UNBLOCKABLE)
#define SIGNAL_UNBLOCKABLE (SIGNAL_BIT(9) | SIGNAL_BIT(19))

struct action { /* as rt_sigaction has it */
    uint64_t handler, flags, restorer, mask;
};

/* When a call ends with -EINTR: is it made again, or does the program see the
 * error? */
enum restart {
    RESTART_ASKED = 0,  /* again, but for a handler without SA_RESTART */
    RESTART_SILENT = 1, /* again, but for any handler */
    RESTART_NEVER = 2,  /* the program always sees it */
};

/* All to their defaults, as a new program finds them: what is ignored stays
 * so, masks stay. */
void signal_reset(void);

/* Writes blocked and ignored into the window. After each change of them. */
void signal_publish(void);

/* What is to be done with that signal; it is in 1 to SIGNALS. */
const struct action *signal_action(int signal);
void signal_set(int signal, const struct action *action);

/* The running thread's mask becomes this, and until the call is over and a
 * handler, if there is one, has run: `before` is what the frame keeps. */
void signal_mask(uint64_t mask);
void signal_mask_meanwhile(uint64_t mask);

/* Those that wait to be delivered to the running thread, blocked or not. */
uint64_t signal_pending(void);

/* Takes one that is pending; who sent it goes into *information. False: the
 * keeper says that it is no longer pending. */
bool signal_take(int signal, struct siginfo *information);

/*
 * Delivers all that is pending and not blocked to the running thread: it ends
 * or stops the process, or makes *program continue in a handler. `interrupted`
 * says that the call whose number is in the thread ended with -EINTR, which is
 * in rax: then it is made again, or not, as `restart` says.
 */
void signal_deliver(struct registers *program, bool interrupted,
                    enum restart restart);

/* A fault of the running thread: its handler, or the end of the process. One
 * that is blocked or ignored ends it too. */
void signal_force(struct registers *program, int signal, int code,
                  uint64_t address);

#endif
