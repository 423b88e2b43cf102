/* A thread's alternate signal stack, where handlers with SA_ONSTACK run. */
#ifndef XO5_UNIX_PERSONALITY_THREAD_ALTSTACK_H
#define XO5_UNIX_PERSONALITY_THREAD_ALTSTACK_H

#include <stdbool.h>
#include <stdint.h>

/* Linux's stack_t. There is a stack if the size is not 0, whatever `flags`
 * say: those are the program's, as it gave them last. */
struct altstack {
    uint64_t start;
    uint32_t flags, pad;
    uint64_t size;
};

/* What a new thread has. A forked child has its parent's; exec takes the stack
 * away and leaves the flags. */
#define ALTERNATE_NONE ((struct altstack){0, SS_DISABLE, 0, 0})

/* Does that stack pointer lie on it? One with SS_AUTODISARM has none, as it is
 * no longer set when its handler runs. */
bool altstack_has(const struct altstack *stack, uint64_t rsp);

/* SS_DISABLE: there is none; SS_ONSTACK: the thread is on it; 0. */
uint32_t altstack_state(const struct altstack *stack, uint64_t rsp);

/* Sets it for a thread whose stack pointer that is. 0; -EPERM: the thread is
 * on it; -EINVAL: the flags; -ENOMEM: too small. */
int64_t altstack_set(struct altstack *stack, const struct altstack *to,
                     uint64_t rsp);

#endif
