/*
 * Descriptors, by which processes name file descriptions (description.h). A
 * descriptor holds a description's number and whether exec closes it.
 */
#ifndef XO5_UNIX_KEEPER_FILES_DESCRIPTOR_H
#define XO5_UNIX_KEEPER_FILES_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libos/unix/keeper/files/description.h"
#include "libos/unix/keeper/record/process.h"

/* The description of a descriptor: its number, or 0; where it is, or NULL. */
uint32_t descriptor_get(const struct process *process, uint64_t fd);
struct description *descriptor_open(const struct process *process, uint64_t fd);

/* The lowest descriptor from `from` on that is free; -EMFILE. */
int descriptor_free(const struct process *process, unsigned from);

/* Makes that free descriptor one of that description, a user more of which was
 * counted already. */
void descriptor_set(struct process *process, int fd, uint32_t open,
                    bool cloexec);

/* Closes it; -EBADF if it is not open. */
int descriptor_close(struct process *process, int fd);

#endif
