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

/* The two lowest free descriptors become both ends of what `make` makes with
 * O_NONBLOCK of these flags; O_CLOEXEC of them is the descriptors'. Their
 * numbers go to `to`. 0; or -EMFILE, or what `make` says, and then none is
 * made. */
int descriptor_pair(struct process *process, uint32_t flags,
                    int (*make)(uint32_t flags, uint32_t *ends), void *to);

/* Closes it; -EBADF if it is not open. */
int descriptor_close(struct process *process, int fd);

#endif
