/*
 * Reading and writing where the process's memory ends before the bytes that it
 * asks for do. Linux copies a file's bytes up to the last that it can; from and
 * to a pipe, and to the terminal, whole pieces only; and it looks at the memory
 * as late as it can, so that what is at its end, or takes bytes unread, has no
 * fault.
 */
#ifndef XO5_UNIX_KEEPER_CALLS_PARTIAL_H
#define XO5_UNIX_KEEPER_CALLS_PARTIAL_H

#include "libos/unix/keeper/files/descriptor.h"

/* There is memory for *count bytes only, to be read from `at` on: how many are
 * read then. 0, or -EFAULT: none, though there are some. */
int64_t partial_read(const struct description *open, uint64_t at,
                     uint64_t *count);

/* The same of *count bytes that are to be written; behind them are `lacks` that
 * the process has no memory for. */
int64_t partial_write(const struct description *open, uint64_t lacks,
                      uint64_t *count);

#endif
