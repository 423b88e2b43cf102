/*
 * All system calls that there are: one table (call_table.c), from which the
 * docs are made too. A call is answered here, by a function of the personality;
 * or by the keeper; or always with the same number. What is not in the table
 * answers -ENOSYS, and the debug channel is told, once for each number.
 */
#ifndef XO5_UNIX_PERSONALITY_CALLS_CALLS_H
#define XO5_UNIX_PERSONALITY_CALLS_CALLS_H

#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/personality/base/call.h"
#include "libos/unix/personality/thread/signal.h"

#define CALLS_MAX 512 /* numbers are below */

/* How an argument of the keeper's request comes to be. */
enum argument_kind {
    ARGUMENT_NONE = 0, /* 0 */
    ARGUMENT_CONSTANT, /* `size`, signed */
    ARGUMENT_VALUE,    /* the program's, 64 bits */
    ARGUMENT_INT,      /* the program's, low 32 bits, signed */
    ARGUMENT_COUNT,    /* the program's, or half a window if that is less */
    ARGUMENT_LENGTH,   /* the same of an int; 0 if it is below */
    ARGUMENT_EMPTY,    /* the path "" */
    ARGUMENT_STRING,   /* a path */
    ARGUMENT_IN,       /* `size` bytes of the program's go to the keeper */
    ARGUMENT_OUT,      /* `size` bytes come from it */
    ARGUMENT_BOTH,     /* they go there and come back */
    ARGUMENT_UPTO,     /* as many bytes as it answers come from it; `size` is
                          the program's argument that is the COUNT */
};

struct argument {
    uint8_t kind;      /* enum argument_kind */
    uint8_t from : 4;  /* which of the program's arguments */
    uint8_t null : 1;  /* 0 is allowed, and is WINDOW_NULL */
    uint8_t files : 1; /* what comes out are two descriptors */
    int16_t size;
};

struct call {
    char name[23];   /* Linux's; "": there is no such call */
    uint8_t restart; /* enum restart */
    int16_t answer;  /* if `here` is NULL and `keeper` is 0 */
    uint16_t keeper; /* the request's number, if `here` is NULL */
    call_function *here;
    struct argument arguments[6]; /* of the request */
};

/* What the table's rows are made of. A text in NOTE, which comes last, is for
 * the docs alone. */
#define HERE(function) .here = (function)
#define KEEPER(number) .keeper = (number)
#define ANSWER(value) .answer = (value)
#define ARGUMENTS(...) .arguments = {__VA_ARGS__}
#define NOTE(text)
#define CONSTANT(value) {ARGUMENT_CONSTANT, 0, 0, 0, (value)}
#define VALUE(from) {ARGUMENT_VALUE, (from), 0, 0, 0}
#define INT(from) {ARGUMENT_INT, (from), 0, 0, 0}
#define EMPTY {ARGUMENT_EMPTY, 0, 0, 0, 0}
#define COUNT(from) {ARGUMENT_COUNT, (from), 0, 0, 0}
#define LENGTH(from) {ARGUMENT_LENGTH, (from), 0, 0, 0}
#define STRING(from) {ARGUMENT_STRING, (from), 0, 0, 0}
#define IN(from, size) {ARGUMENT_IN, (from), 0, 0, (size)}
#define OUT(from, size) {ARGUMENT_OUT, (from), 0, 0, (size)}
#define FILES_OUT(from) {ARGUMENT_OUT, (from), 0, 1, 8}
#define BOTH(from, size) {ARGUMENT_BOTH, (from), 0, 0, (size)}
#define UPTO(from, count) {ARGUMENT_UPTO, (from), 0, 0, (count)}
#define OR_NULL_STRING(from) {ARGUMENT_STRING, (from), 1, 0, 0}
#define OR_NULL_IN(from, size) {ARGUMENT_IN, (from), 1, 0, (size)}
#define OR_NULL_OUT(from, size) {ARGUMENT_OUT, (from), 1, 0, (size)}
#define OR_NULL_BOTH(from, size) {ARGUMENT_BOTH, (from), 1, 0, (size)}

extern const struct call calls_table[CALLS_MAX];

/* Answers call `number` with the arguments a[0] to a[5]: 0 and up, -errno, or
 * CALL_KEEPS or CALL_WAITS (thread.h). */
int64_t calls_answer(uint64_t number, const uint64_t *a);

/* How that call is made again. */
enum restart calls_restart(uint64_t number);

#endif
