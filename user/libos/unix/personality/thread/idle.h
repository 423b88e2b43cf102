/* What threads wait for, and waiting for all of it when none can run. */
#ifndef XO5_UNIX_PERSONALITY_THREAD_IDLE_H
#define XO5_UNIX_PERSONALITY_THREAD_IDLE_H

/* Wakes the threads whose time has passed, that have a signal, or a word of
 * which has been woken; now and then those whose files have something. */
void idle_look(void);

/* Waits in the keeper until a file, a deadline or a signal that a thread waits
 * for is there, and wakes those threads. Some thread waits. It may return
 * without having woken any. */
void idle_wait(void);

#endif
