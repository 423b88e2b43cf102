/*
 * Vnodes: what a path can lead to. A vnode is the number of an inode, or an
 * entry of /proc, which is nowhere but in its number (procfs.h):
 *
 *     31    30         16 15    6 5    0
 *    | 1  |      pid     |   fd  | kind |
 */
#ifndef XO5_UNIX_KEEPER_FILES_VNODE_H
#define XO5_UNIX_KEEPER_FILES_VNODE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/keeper/files/inode.h"
#include "libos/unix/keeper/record/process.h"

#define VNODE_PROC 0x80000000u

/* Of an inode: one user more or less. */
void vnode_hold(uint32_t vnode);
void vnode_drop(uint32_t vnode);

/* Type and permission bits; 0 if it has gone (a process has ended). */
uint32_t vnode_mode(uint32_t vnode);
bool vnode_is_directory(uint32_t vnode);

/* What stat says of it: 0, or -ENOENT if it has gone. */
int vnode_stat(uint32_t vnode, struct stat *stat);

#endif
