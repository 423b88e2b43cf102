/*
 * Open files, and the descriptors by which processes name them. An open file
 * is shared by all descriptors that dup and fork made of the first; it goes
 * with the last of them. A process's descriptor holds its number and whether
 * exec closes it.
 */
#ifndef XO5_UNIX_KEEPER_FILES_DESCRIPTOR_H
#define XO5_UNIX_KEEPER_FILES_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libos/unix/keeper/files/description.h"
#include "libos/unix/keeper/record/process.h"

/* The open file of a descriptor: its number, or 0; where it is, or NULL. */
uint32_t descriptor_get(const struct process *process, uint64_t fd);
struct description *descriptor_open(const struct process *process, uint64_t fd);

/* The lowest descriptor from `from` on that is free; -EMFILE. */
int descriptor_free(const struct process *process, unsigned from);

/* Makes that free descriptor one of that open file, whose user it becomes. */
void descriptor_set(struct process *process, int fd, uint32_t open,
                    bool cloexec);

/* Closes it; -EBADF if it is not open. */
int descriptor_close(struct process *process, int fd);

#endif
