/*
 * The arguments and variables of a program that is to be started, on their way
 * from the old memory to the new: strings with their final zeros, one after
 * the other, in memory of the personality's own. In front of them is room for
 * what scripts put there.
 */
#ifndef XO5_UNIX_PERSONALITY_EXEC_ARGV_H
#define XO5_UNIX_PERSONALITY_EXEC_ARGV_H

#include <stdint.h>

/* The strings that are there. */
struct strings {
    const char *first;
    uint64_t bytes;
    uint64_t arguments, variables; /* counts */
};

/* None. */
void argv_begin(void);

/* Adds those that the program's array points to, a zero at its end; `array` 0
 * is none. Arguments come before variables. 0; -EFAULT; -E2BIG: one is longer
 * than 128 KiB, or all together than 1 MiB. */
int64_t argv_arguments(uint64_t array);
int64_t argv_variables(uint64_t array);

/* Adds strings of ours that already lie one after the other. 0; -E2BIG. */
int64_t argv_take(const char *text, uint64_t arguments, uint64_t variables);

/* Drops the first argument, if there is one; puts another one in front. 0;
 * -E2BIG. */
void argv_drop(void);
int64_t argv_prepend(const char *text);

const struct strings *argv_all(void);

/* They are no longer needed. */
void argv_end(void);

#endif
