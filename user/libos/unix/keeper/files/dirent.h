/*
 * Names in directories. Each entry is a record that is in two lists: those of
 * its directory, in the order in which they came, and those of its hash, which
 * is of directory and name. So finding, adding and removing take a few steps,
 * however many names there are; and a number that only grows, the cookie,
 * says how far somebody has read who reads while others change.
 */
#ifndef XO5_UNIX_KEEPER_FILES_DIRENT_H
#define XO5_UNIX_KEEPER_FILES_DIRENT_H

#include <stdbool.h>
#include <stdint.h>

#define COOKIE_FIRST 3 /* 1 and 2 are "." and ".." */

struct dirent {
    uint32_t beside;         /* the next with this hash */
    uint32_t previous, next; /* in the directory */
    uint32_t directory, inode, hash;
    uint64_t cookie;
    uint8_t length;
    char name[]; /* without a zero */
};

/* No entries; false if there is no memory for their hashes. */
bool dirent_begin(uint64_t seed);

struct dirent *dirent_at(uint32_t entry);

/* The entry of that name; 0 if there is none. */
uint32_t dirent_find(uint32_t directory, const char *name, uint32_t length);

/* Adds a name, which is not there and at most NAME_MAX long, and a link; a
 * directory that is named learns its parent, which gets a link. 0 or
 * -ENOSPC. */
int dirent_add(uint32_t directory, const char *name, uint32_t length,
               uint32_t inode);

/* Removes a name, and the links that it was. */
void dirent_remove(uint32_t entry);

/* The name stays and names another inode, with all links. */
void dirent_replace(uint32_t entry, uint32_t inode);

/* The first entry whose cookie is above that one; 0 if there is none. */
uint32_t dirent_next(uint32_t directory, uint64_t cookie);

#endif
