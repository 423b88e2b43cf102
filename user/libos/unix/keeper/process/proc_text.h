/* What the files of /proc say. */
#ifndef XO5_UNIX_KEEPER_PROCESS_PROC_TEXT_H
#define XO5_UNIX_KEEPER_PROCESS_PROC_TEXT_H

#include "libos/unix/keeper/files/procfs.h"

/* Writes what a file of /proc says into an empty one: 0, -ENOENT, -ENOSPC;
 * -EINVAL of a vnode that is no file. */
int proc_text(uint32_t vnode, struct inode *inode);

#endif
