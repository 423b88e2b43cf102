/*
 * The kernel's one lock: from an operation's first check to its last store.
 * With one processor (CPU_MAX), interrupts off are lock enough, and no code
 * is made of it; but in a build with CHECK=n, which looks whether it is taken
 * and let go of in turn.
 */
#ifndef XO5_RING3_LOCK_H
#define XO5_RING3_LOCK_H

#include "core/cpu.h"
#include "lib/assert.h"

extern uint32_t kernel_lock;

/* True if a processor holds it; with one, only in a build with CHECK=n. */
static inline bool lock_is_held(void)
{
    return __atomic_load_n(&kernel_lock, __ATOMIC_RELAXED) != 0;
}

#ifdef CHECK
#define LOCK_IS_REAL true
#else
#define LOCK_IS_REAL (CPU_MAX > 1)
#endif

/* Takes the lock, and waits for it. Interrupts are off. */
static inline void lock_take(void)
{
    ASSERT(!(arch_flags() & FLAG_IF), "lock_take: interrupts are off");
    ASSERT(CPU_MAX > 1 || !lock_is_held(), "lock_take: nobody would drop it");
    while (LOCK_IS_REAL &&
           __atomic_exchange_n(&kernel_lock, 1, __ATOMIC_ACQUIRE)) {
        arch_pause();
    }
}

/* Lets go of it. */
static inline void lock_drop(void)
{
    ASSERT(lock_is_held(), "lock_drop: it is held");
    if (LOCK_IS_REAL) {
        __atomic_store_n(&kernel_lock, 0, __ATOMIC_RELEASE);
    }
}

#endif
