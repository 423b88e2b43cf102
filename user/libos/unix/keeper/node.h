/*
 * Nodes: what a path can lead to. A node is the number of an inode, or an
 * entry of /proc, which is nowhere but in its number (procfs.h):
 *
 *     31    30         16 15    6 5    0
 *    | 1  |      pid     |   fd  | kind |
 */
#ifndef XO5_KEEPER_NODE_H
#define XO5_KEEPER_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/inode.h"
#include "libos/unix/keeper/process.h"

#define NODE_PROC 0x80000000u

/* Of an inode: one user more or less. */
void node_hold(uint32_t node);
void node_drop(uint32_t node);

/* Type and permission bits; 0 if it has gone (a process has ended). */
uint32_t node_mode(uint32_t node);
bool node_is_directory(uint32_t node);

/* What stat says of it: 0, or -ENOENT if it has gone. */
int node_stat(uint32_t node, struct stat *stat);

#endif
