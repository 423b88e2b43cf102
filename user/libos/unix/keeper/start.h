/* How the keeper and its first process begin. */
#ifndef XO5_KEEPER_START_H
#define XO5_KEEPER_START_H

/* Serving starts, with no process. */
void serve_begin(void);

#endif
