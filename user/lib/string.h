/* Bytes and words in memory, as C has them. The compiler calls the first two
 * by itself. */
#ifndef XO5_USER_STRING_H
#define XO5_USER_STRING_H

#include <stddef.h>

/* Copies n bytes to `to`, which does not overlap `from`; returns `to`. */
void *memcpy(void *restrict to, const void *restrict from, size_t n);

/* Fills n bytes; returns `to`. */
void *memset(void *to, int byte, size_t n);

/* Copies n bytes, which may overlap; returns `to`. */
void *memmove(void *to, const void *from, size_t n);

/* Below 0, 0 or above: as the first byte that differs compares. */
int memcmp(const void *a, const void *b, size_t n);
int strcmp(const char *a, const char *b);

/* Length without the final zero. */
size_t strlen(const char *text);

#endif
