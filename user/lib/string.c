/*
 * The compiler makes calls of memcpy and memset by itself, so they are here.
 * All are short loops but for the two that move pages: these go by words, in
 * one instruction.
 */
#include "lib/string.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    size_t words = n / 8;
    n %= 8;
    /* Words, and not bytes: QEMU is slow at these one by one. */
    __asm__ volatile("rep movsq" : "+D"(t), "+S"(f), "+c"(words) : : "memory");
    while (n-- > 0) {
        *t++ = *f++;
    }
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    uint8_t *t = to;
    uint64_t word = 0x0101010101010101 * (uint64_t)(uint8_t)byte;
    size_t words = n / 8;
    n %= 8;
    __asm__ volatile("rep stosq" : "+D"(t), "+c"(words) : "a"(word) : "memory");
    while (n-- > 0) {
        *t++ = (uint8_t)byte;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (t <= f || t >= f + n) {
        for (size_t i = 0; i < n; i++) {
            t[i] = f[i];
        }
    } else {
        while (n-- > 0) {
            t[n] = f[n];
        }
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return x[i] - y[i];
        }
    }
    return 0;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}

size_t strlen(const char *text)
{
    size_t n = 0;
    while (text[n]) {
        n++;
    }
    return n;
}
