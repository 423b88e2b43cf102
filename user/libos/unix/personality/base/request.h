/* Asking the keeper: a request into the window, the CPU to it, the answer
 * (protocol.h). Pointer arguments are offsets in request_data(), or
 * WINDOW_NULL; the data stays as it was but for what the keeper put there. */
#ifndef XO5_UNIX_PERSONALITY_BASE_REQUEST_H
#define XO5_UNIX_PERSONALITY_BASE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

/* Asks, and waits for the answer: 0 and up, or -errno. */
int64_t request(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                uint64_t e, uint64_t f);

#define request1(number, a) request(number, (uint64_t)(a), 0, 0, 0, 0, 0)
#define request2(number, a, b)                                                 \
    request(number, (uint64_t)(a), (uint64_t)(b), 0, 0, 0, 0)
#define request3(number, a, b, c)                                              \
    request(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)
#define request4(number, a, b, c, d)                                           \
    request(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c),               \
            (uint64_t)(d), 0, 0)

#define request5(number, a, b, c, d, e)                                        \
    request(number, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c),               \
            (uint64_t)(d), (uint64_t)(e), 0)

/* Files that are mapped have become shorter, said the keeper since
 * truncate_look (memory/truncate.h) was called. */
extern bool request_truncated;

/* The window's data: WINDOW_DATA bytes; and what lies at an offset of it, for
 * structures: a multiple of 8. */
uint8_t *request_data(void);
void *request_data_at(uint64_t offset);

/* Puts a string of ours with its final zero at that offset of the data, where
 * there must be room; returns the offset. */
uint64_t request_put(uint64_t offset, const char *text);

/* A line for the debug channel. */
void request_say(const char *text);

/* The file's size, by fstat, and its mode into *mode if that is not NULL;
 * -errno. */
int64_t request_size(int fd, uint32_t *mode);

#endif
