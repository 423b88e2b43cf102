/*
 * What a contract says, checked while a program or a library OS runs: only in
 * a build with CHECK=n, which any other makes no code of. The kernel has the
 * like (kernel/lib/assert.h). `holds` changes nothing.
 *
 *     ASSERT(n < PAGES_SLOTS, "pages_address: from 0 to PAGES_SLOTS - 1");
 */
#ifndef XO5_USER_ASSERT_H
#define XO5_USER_ASSERT_H

#define ASSERT_STATUS 86 /* what a program ends with whose contract broke */

#ifdef CHECK
#include "lib/string.h"

/* What is given back is full of a pattern that nobody takes for anything. */
#define POISON(at, size) memset(at, 0xdb, size)
#define ASSERT_TEXT(number) #number
#define ASSERT_LINE(number) ASSERT_TEXT(number)
#define ASSERT(holds, words)                                                   \
    ((holds) ? (void)0                                                         \
             : assert_failed(__FILE__ ":" ASSERT_LINE(__LINE__) ": " words))

/* Says so, if whoever runs can speak, and ends it. Each program and library OS
 * has its own: lib/assert.c is that of programs. */
void assert_failed(const char *text) __attribute__((noreturn));
#else
#define ASSERT(holds, words) ((void)0)
#define POISON(at, size) ((void)0)
#endif

#endif
