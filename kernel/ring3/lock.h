/*
 * The kernel's one lock: from an operation's first check to its last store.
 * With one processor (CPU_MAX), interrupts off are lock enough, and no code
 * is made of it.
 */
#ifndef XO5_RING3_LOCK_H
#define XO5_RING3_LOCK_H

#include "core/cpu.h"

extern uint32_t kernel_lock;

/* Takes the lock, and waits for it. Interrupts are off. */
static inline void lock_take(void)
{
    while (CPU_MAX > 1 &&
           __atomic_exchange_n(&kernel_lock, 1, __ATOMIC_ACQUIRE)) {
        arch_pause();
    }
}

/* Lets go of it. */
static inline void lock_drop(void)
{
    if (CPU_MAX > 1) {
        __atomic_store_n(&kernel_lock, 0, __ATOMIC_RELEASE);
    }
}

#endif
