/*
 * Futexes: waiting for a word of memory to be woken. In memory of this process
 * alone, and with FUTEX_PRIVATE_FLAG, who waits and who wakes are threads of
 * it, and a word is its address. In memory that processes share the keeper
 * knows who waits, and a word is a place in a file (protocol.h).
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_FUTEX_H
#define XO5_UNIX_PERSONALITY_THREAD_FUTEX_H

#include <stdint.h>

#include "libos/unix/personality/base/call.h"
#include "libos/unix/personality/thread/thread.h"

/* Wakes the threads of which the keeper says that they are woken. */
void futex_collect(void);

/* Wakes a thread that waits for a word, or for anything else, for another
 * reason, with that answer: 0 instead if the word has been woken before. */
void futex_interrupt(struct thread *thread, int64_t result);

/* The running thread ends: its robust locks are marked and their waiters
 * woken, and so is its clear_tid. */
void futex_leave(void);

/* The program ends, or exec replaces it: the robust locks of all threads, as
 * far as others can see any. */
void futex_leave_all(void);

call_function call_futex;

#endif
