/* Linux's system calls, for the host program itself. */
#ifndef XO5_UNIX_LINUX_SYSTEM_H
#define XO5_UNIX_LINUX_SYSTEM_H

#include <stdint.h>

#include "libos/unix/linux-abi/abi.h"

#define HOST_FUTEX_WAIT 0
#define HOST_FUTEX_WAKE 1

/* Answers 0 and up, or -errno. */
static inline int64_t host_system(uint64_t number, uint64_t a, uint64_t b,
                                  uint64_t c, uint64_t d, uint64_t e,
                                  uint64_t f)
{
    register uint64_t r10 __asm__("r10");
    register uint64_t r8 __asm__("r8");
    register uint64_t r9 __asm__("r9");
    r10 = d;
    r8 = e;
    r9 = f;
    int64_t answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return answer;
}

#define SYSTEM(number, a, b, c)                                                \
    host_system(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)
#define SYSTEM6(number, a, b, c, d, e, f)                                      \
    host_system(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c),           \
                (uint64_t)(d), (uint64_t)(e), (uint64_t)(f))

/* Waits until the word is no longer `seen`, or somebody wakes, or that many
 * nanoseconds have passed. */
static inline void host_futex_wait(uint32_t *word, uint32_t seen,
                                   uint64_t nanoseconds)
{
    uint64_t time[2] = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    SYSTEM6(SYS_futex, word, HOST_FUTEX_WAIT, seen, time, 0, 0);
}

static inline void host_futex_set(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
    SYSTEM(SYS_futex, word, HOST_FUTEX_WAKE, INT32_MAX);
}

#endif
