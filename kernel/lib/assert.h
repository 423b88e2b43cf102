/*
 * What a contract says, checked while the kernel runs: only in a kernel built
 * with CHECK=n. Any other makes no code of it.
 *
 *     ASSERT(level >= 1, "walk_find: a level is 1 or more");
 *
 * The words are those of the header that has the contract, after the name of
 * its function; of an invariant they begin with its number (proof/README.md).
 * A contract that does not hold is a panic with the file, the line and the
 * words; the backtrace says who called. `holds` changes nothing.
 */
#ifndef XO5_LIB_ASSERT_H
#define XO5_LIB_ASSERT_H

#ifdef CHECK
#include "lib/panic.h"

#define ASSERT_TEXT(number) #number
#define ASSERT_LINE(number) ASSERT_TEXT(number)
#define ASSERT(holds, words)                                                   \
    ((holds) ? (void)0 : panic(__FILE__ ":" ASSERT_LINE(__LINE__) ": " words))
#else
#define ASSERT(holds, words) ((void)0)
#endif

#endif
