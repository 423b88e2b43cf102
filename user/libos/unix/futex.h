/*
 * Futexes: waiting for a word of memory to be woken. Who waits is a thread of
 * this process. A word that other processes share may be woken by them too,
 * and nobody would tell us: who waits for one of those looks again every
 * millisecond.
 */
#ifndef XO5_UNIX_FUTEX_H
#define XO5_UNIX_FUTEX_H

#include <stdint.h>

/* Wakes up to `count` threads that wait for the word at `key` with one of
 * those bits; returns how many. */
unsigned futex_wake(uint64_t key, uint32_t count, uint32_t bits);

/* The running thread ends: its robust locks are marked and their waiters
 * woken, and so is its clear_tid. */
void futex_leave(void);

int64_t call_futex(const uint64_t *a);

#endif
