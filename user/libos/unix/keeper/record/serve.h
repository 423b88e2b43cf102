/*
 * Serving a request. The table in call_table.c says for each number who serves it
 * and what its arguments are; before a function of it is called, offsets and
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

/* What an argument is: a kind; for pointers, how long what they point to is:
 * `size` bytes, or as many as argument `by` says, of `size` bytes each. */
enum argument_kind {
    IS_VALUE,
    IS_STRING, /* with a zero, at most PATH_MAX with it */
    IS_IN,
    IS_OUT,
    IS_BOTH,
};
#define IS_NULL 0x8 /* it may be WINDOW_NULL */
#define IS_BY 0x70
#define IS_COUNTED(by) (((by) + 1) << 4)
#define IS_SIZE(size) ((size) << 8)

struct serve {
    struct process *process;
    const uint64_t *a; /* the arguments, copied */
    void *at[6];       /* what pointers point to, in the window: it may change
                          at any time; strings: the copy. NULL: no pointer */
    uint8_t *data;     /* the window's, WINDOW_DATA bytes */
};

struct call_row {
    uint16_t number;
    char name[22];
    int64_t (*function)(struct serve *s);
    uint32_t arguments[6];
};

/* The table, and how many rows it has. */
extern const struct call_row call_table[];
extern const unsigned call_count;

/* Says what its process waits for; returns SERVE_WAITS. */
int64_t serve_wait(struct serve *s, enum wait_kind kind, uint32_t number);

/* A pointer argument whose meaning depends on another: `size` bytes at it, or
 * NULL if they are not all in the window. */
void *serve_at(struct serve *s, unsigned argument, uint64_t size);

/* The process has its answer and may run, unless it is stopped. */
void serve_answer(struct process *process, int64_t answer);

/* The process is killed. If it has said that it shares memory, and does not
 * wait for a child that runs in its place, it gets its last turn, for a second
 * at most: true. */
bool serve_last(struct process *process);

/* It may run again (SIGCONT), if it has its answer. */
void serve_resume(struct process *process);

#endif
