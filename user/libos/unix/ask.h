/* Asking the keeper: a request into the window, the CPU to it, the answer
 * (protocol.h). Pointer arguments are offsets in ask_data(), or WINDOW_NULL;
 * the data stays as it was but for what the keeper put there. */
#ifndef XO5_UNIX_ASK_H
#define XO5_UNIX_ASK_H

#include <stdint.h>

/* Asks, and waits for the answer: 0 and up, or -errno. */
int64_t ask(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
            uint64_t e, uint64_t f);

#define ask1(number, a) ask(number, (uint64_t)(a), 0, 0, 0, 0, 0)
#define ask2(number, a, b) ask(number, (uint64_t)(a), (uint64_t)(b), 0, 0, 0, 0)
#define ask3(number, a, b, c)                                                  \
    ask(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)
#define ask4(number, a, b, c, d)                                               \
    ask(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), 0, \
        0)

#define ask5(number, a, b, c, d, e)                                            \
    ask(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d),    \
        (uint64_t)(e), 0)

/* The window's data: WINDOW_DATA bytes; and what lies at an offset of it, for
 * structures: a multiple of 8. */
uint8_t *ask_data(void);
void *ask_data_at(uint64_t offset);

/* Puts a string of ours with its final zero at that offset of the data, where
 * there must be room; returns the offset. */
uint64_t ask_put(uint64_t offset, const char *text);

/* A line for the debug channel. */
void ask_say(const char *text);

/* The file's size, by fstat, and its mode into *mode if that is not NULL;
 * -errno. */
int64_t ask_size(int fd, uint32_t *mode);

#endif
