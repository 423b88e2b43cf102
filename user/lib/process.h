/* What a process of xo5 knows of itself. */
#ifndef XO5_USER_PROCESS_H
#define XO5_USER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/books.h"
#include "abi/layout.h"

/* The kernel's books: read-only. */
static inline const struct books *process_books(void)
{
    return (const struct books *)BOOKS_USER;
}

/* True if the word stands in the boot command line, between blanks. */
bool process_argument(const char *word);

/* Ends the process. Statuses above 95 reach QEMU's exit status as 95. */
void process_exit(int status) __attribute__((noreturn));

/* Calls operation `number` (abi/operations.h) with up to four arguments;
 * returns its answer, a word of abi/errors.h. */
static inline uint64_t operation(uint32_t number, uint64_t a, uint64_t b,
                                 uint64_t c, uint64_t d)
{
    uint64_t answer;
    register uint64_t fourth __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                     : "rcx", "r11", "memory");
    return answer;
}

#endif
