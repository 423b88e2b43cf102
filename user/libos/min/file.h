/*
 * Files: those of the root image, which all processes read where it lies
 * (launch/image_format.h has the format), and two devices. Nothing here
 * can be written to but the console.
 *
 * A descriptor is a number; it names an open file, which several of them may
 * share. A forked child has copies of all, which move on their own.
 */
#ifndef XO5_MIN_FILE_H
#define XO5_MIN_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/min/abi.h"
#include "launch/image_format.h"

#define FILES 32
#define DESCRIPTORS 64

enum file_kind {
    FILE_NONE = 0,
    FILE_IMAGE, /* a file of the image; a directory cannot be read */
    FILE_CONSOLE,
    FILE_NULL,
    FILE_READER, /* a pipe's end, PIPE_READ */
    FILE_WRITER, /* PIPE_WRITE */
};

struct file {
    enum file_kind kind;
    unsigned uses;  /* descriptors that name it */
    unsigned flags; /* open's */
    unsigned pipe;  /* its number */
    uint32_t inode;
    uint64_t at; /* where the next read begins; which entry, of a directory */
};

struct descriptor {
    struct file *file; /* NULL: not open */
    bool ends;         /* closed by exec */
};

extern struct descriptor file_descriptors[DESCRIPTORS];

/* The open file of a descriptor, which may be any number; NULL: none. */
struct file *file_of(int fd);

/* The lowest descriptor from `from` on that is not open; -EMFILE: none. */
int file_free(int from);

/* An open file that nobody uses, of that kind and all else 0; the same one
 * again until somebody uses it. NULL: none. */
struct file *file_new(enum file_kind kind);

/* Descriptor fd, which is not open, names the file, which has one use more. */
void file_set(int fd, struct file *file, bool ends);

/* Reads at the file's place and moves it: how many bytes, 0 at the end, or
 * -errno. The console waits until there is something. Not for pipes. */
int64_t file_read(struct file *file, void *to, uint64_t count);

/* Writes; how many bytes, or -errno. Not for pipes. */
int64_t file_write(struct file *file, const void *from, uint64_t count);

/* Opens what the path names: the descriptor, or -errno. */
int file_open(const char *path, unsigned flags);

/* Finds the inode that a path names, from the current directory on; the last
 * link is followed if `follow`. -ENOENT, -ENOTDIR, -ELOOP, or 0. */
int file_find(const char *path, bool follow, uint32_t *inode);

/* An inode of the image, and where a file's bytes lie, which are zeros from
 * its end to the end of the page. */
const struct image_inode *file_inode(uint32_t inode);
const void *file_content(uint32_t inode);

/* stat's answer for an inode, and for an open file. */
void file_stat_inode(uint32_t inode, struct stat *to);
void file_stat(const struct file *file, struct stat *to);

/* getdents64, readlink, chdir and getcwd; -errno. */
int64_t file_entries(struct file *file, void *to, uint64_t room);
int64_t file_link(const char *path, char *to, uint64_t room);
int file_change(const char *path);
int64_t file_current(char *to, uint64_t room);

/* The path by which the running program was found: exec.c sets it. */
void file_set_program(const char *path);

#endif
