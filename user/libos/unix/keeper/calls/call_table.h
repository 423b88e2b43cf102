/* The table of all requests. */
#ifndef XO5_UNIX_KEEPER_CALLS_CALL_TABLE_H
#define XO5_UNIX_KEEPER_CALLS_CALL_TABLE_H

#include "libos/unix/keeper/record/serve.h"

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

struct call_row {
    uint16_t number;
    char name[22];
    serve_function *function;
    uint32_t arguments[6];
};

/* The table, and how many rows it has. */
extern const struct call_row call_table[];
extern const unsigned call_count;

#endif
