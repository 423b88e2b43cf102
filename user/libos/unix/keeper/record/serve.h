/*
 * Serving a request. The table in call_table.c says for each number who serves
 * it and what its arguments are; before a function of it is called, offsets and
 * lengths have been checked, and strings have been copied.
 */
#ifndef XO5_UNIX_KEEPER_RECORD_SERVE_H
#define XO5_UNIX_KEEPER_RECORD_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/record/process.h"

/* Answers that are none. */
#define SERVE_WAITS INT64_MIN       /* try again; s->process says when */
#define SERVE_ENDED (INT64_MIN + 1) /* the process is no more */

struct serve {
    struct process *process;
    const uint64_t *a; /* the arguments, copied */
    void *at[6];       /* what pointers point to, in the window: it may change
                          at any time; strings: the copy. NULL: no pointer */
    uint8_t *data;     /* the window's, WINDOW_DATA bytes */
};

/* Serves one request: returns its answer, Linux's negative error, or one of
 * the two above. Who has which: calls/call_table.c. */
typedef int64_t serve_function(struct serve *s);

/* Says what its process waits for; returns SERVE_WAITS. */
int64_t serve_wait(struct serve *s, enum wait_kind kind, uint32_t number);

/* A pointer argument whose meaning depends on another: `size` bytes at it, or
 * NULL if they are not all in the window. */
static inline void *serve_at(struct serve *s, unsigned argument, uint64_t size)
{
    uint64_t at = s->a[argument];
    if (at > WINDOW_DATA || size > WINDOW_DATA - at) {
        return NULL;
    }
    return s->data + at;
}

#endif
