/*
 * Files that a process has mapped and whose pages it asks for when it touches
 * them: it keeps them (KEEPER_KEEP), until it says otherwise, calls exec or
 * ends. What a process keeps is a list; a forked child shares its parent's, so
 * a part of it that two have is never changed.
 */
#ifndef XO5_KEEPER_KEEP_H
#define XO5_KEEPER_KEEP_H

#include "libos/unix/keeper/serve.h"

/* Nobody keeps anything. */
void keep_begin(void);

/* A list has one user more; one less: what nobody uses lets its files go. */
void keep_hold(uint32_t list);
void keep_drop(uint32_t list);

/* Does that process keep that file, named by its inode's number? */
bool keep_has(const struct process *process, uint64_t number);

/* And was it open for reading and writing? */
bool keep_stores(const struct process *process, uint64_t number);

/* The file has been cut: from page `first` on nothing is there. Tells those
 * that keep it. */
void keep_cut(uint32_t inode, uint64_t first);

/* KEEPER_KEEP: -EBADF, -EACCES, -ENODEV, -ENOMEM. */
int64_t serve_keep(struct serve *s);

/* KEEPER_LEAVE: -EBADF. What is in a part of the list that another process
 * shares stays kept. */
int64_t serve_leave(struct serve *s);

/* KEEPER_PAGES: -EBADF, -EACCES, -ENODEV, -ENOSPC. */
int64_t serve_pages(struct serve *s);

/* KEEPER_END: -EBADF. */
int64_t serve_end(struct serve *s);

#endif
