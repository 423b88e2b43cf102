/*
 * The program's memory, as its system calls name it. The program may pass any
 * word as a pointer, and another mapping may be there than it thinks: so what
 * is read and written goes through one copy that may fault, and a fault in it
 * is an error and no more.
 */
#ifndef XO5_UNIX_PERSONALITY_BASE_UACCESS_H
#define XO5_UNIX_PERSONALITY_BASE_UACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/context.h"

/* Could [va, va + n) be the program's: inside of its part of the address
 * space, and not the personality's own memory there? */
bool uaccess_range(uint64_t va, uint64_t n);

/* Would Linux look there at all? A buffer that reaches over its user's half of
 * the address space is an error before anything is copied. */
bool uaccess_may_look(uint64_t va, uint64_t n);

/* Copies from the program, or to it, up to where its memory ends: how many
 * bytes of the n. */
uint64_t uaccess_read_some(void *to, uint64_t from, uint64_t n);
uint64_t uaccess_write_some(uint64_t to, const void *from, uint64_t n);

/* Copies n bytes from the program, or to it. 0; -EFAULT: not all of it can be
 * read or written; some of it may have been copied. */
int64_t uaccess_read(void *to, uint64_t from, uint64_t n);
int64_t uaccess_write(uint64_t to, const void *from, uint64_t n);

/* Fills n bytes with zeros. 0; -EFAULT. */
int64_t uaccess_zero(uint64_t to, uint64_t n);

/* Copies a string and its final zero into `limit` bytes. Returns its length
 * without the zero; -EFAULT; -ENAMETOOLONG: no zero in that many. */
int64_t uaccess_string(char *to, uint64_t from, uint64_t limit);

/* A fault with these registers: if it came from one of the copies above, makes
 * that copy fail and returns true. unix_fault asks this. */
bool uaccess_fault(struct registers *fault);

#endif
