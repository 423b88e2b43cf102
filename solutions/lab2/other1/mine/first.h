/* The first of several errors. */
#ifndef MINE_FIRST_H
#define MINE_FIRST_H

#include "abi/errors.h"

/* OK if the condition holds, else the error. */
enum error need(int condition, enum error otherwise);

/* The first that is not OK. All are looked at already: use it only for checks
 * that may be made whatever the others say. */
enum error first(const enum error *of, unsigned count);

#define FIRST(...)                                                             \
    first((const enum error[]){__VA_ARGS__},                                   \
          sizeof((const enum error[]){__VA_ARGS__}) / sizeof(enum error))

#endif
