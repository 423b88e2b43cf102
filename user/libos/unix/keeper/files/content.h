/*
 * The content of regular files. A page of it is the image's, until it is
 * written; or the file's own, found in a map of depth 0 to 3 (the root is the
 * page, or a page of 1024 numbers of what is one level deeper); or a hole.
 */
#ifndef XO5_UNIX_KEEPER_FILES_CONTENT_H
#define XO5_UNIX_KEEPER_FILES_CONTENT_H

#include <stdint.h>

#include "libos/unix/keeper/files/inode.h"

#define CONTENT_MAX (1ull << 42) /* bytes */

/* The page that holds the content's page `index`; 0: a hole, or behind. */
uint32_t content_page(const struct inode *inode, uint64_t index);

/* The same, the file's own: made of the image's or of zeros if need be. 0 if
 * no page is left; `index` must be below CONTENT_MAX / 4096. */
uint32_t content_own(struct inode *inode, uint64_t index);

/* Copies what is there from `at` on; the answer is how many bytes. */
uint64_t content_read(const struct inode *inode, uint64_t at, void *to,
                      uint64_t count);

/* Copies into it; the file grows. How many bytes: all, or fewer if pages run
 * out; -EFBIG at CONTENT_MAX, -ENOSPC if not one could be written. */
int64_t content_write(struct inode *inode, uint64_t at, const void *from,
                      uint64_t count);

/* Cuts it, or lets it grow by a hole: 0, -EFBIG, -ENOSPC (half a page of the
 * image's must become its own). */
int content_resize(struct inode *inode, uint64_t size);

/* Where, from `at` on, the first page begins that is there, or with `data`
 * false the first that is a hole; `at` itself if it is in such; the size, if
 * there is none before it. */
uint64_t content_find(const struct inode *inode, uint64_t at, bool data);

/* Gives all of its own pages back. */
void content_free(struct inode *inode);

#endif
