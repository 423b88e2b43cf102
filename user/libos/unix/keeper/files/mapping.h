/*
 * Files that a process has mapped and whose pages it asks for when it touches
 * them: they stay, even closed and without a name, from KEEPER_MAP on until the
 * process says KEEPER_UNMAP, calls exec or ends. Its mappings are a list; a
 * forked child shares its parent's, so a part of it that two have is never
 * changed.
 */
#ifndef XO5_UNIX_KEEPER_FILES_MAPPING_H
#define XO5_UNIX_KEEPER_FILES_MAPPING_H

#include "libos/unix/keeper/record/serve.h"

/* Nobody has mapped anything. */
void mapping_begin(void);

/* A list has one user more; one less: what nobody uses lets its files go. */
void mapping_hold(uint32_t list);
void mapping_drop(uint32_t list);

/* Has that process mapped that file, named by its inode's number? */
bool mapping_has(const struct process *process, uint64_t number);

/* And was it open for reading and writing? */
bool mapping_stores(const struct process *process, uint64_t number);

/* The file has been truncated: from page `first` on nothing is there. Tells
 * those that have it mapped. */
void mapping_truncate(uint32_t inode, uint64_t first);

/* KEEPER_MAP: -EBADF, -EACCES, -ENODEV, -ENOMEM. */
serve_function serve_map;

/* KEEPER_UNMAP: -EBADF. What is in a part of the list that another process
 * shares stays mapped. */
serve_function serve_unmap;

/* KEEPER_MAP_PAGES: -EBADF, -EACCES, -ENODEV, -ENOSPC. */
serve_function serve_map_pages;

/* KEEPER_MAP_END: -EBADF. */
serve_function serve_map_end;

#endif
