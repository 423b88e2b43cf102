/*
 * Pages that processes borrow of the keeper. What a process may own is decided
 * when it is made, so that is little; one that needs more memory gets pages of
 * the keeper's. They are given back when nobody has them any more, which the
 * keeper finds out when it looks.
 */
#ifndef XO5_UNIX_XO5_KEEPER_BORROWED_H
#define XO5_UNIX_XO5_KEEPER_BORROWED_H

#include <stdint.h>

/* LINK_BORROW: the answer. */
int64_t borrowed_attach(unsigned slot);

/* Gives back what nobody has any more; how many frames stay. */
uint64_t borrowed_sweep(void);

#endif
