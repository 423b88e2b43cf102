/*
 * Exercise 5.3. Programs: ELF executables of the root image, and the stack
 * that they begin with.
 */
#ifndef XO5_MIN_EXEC_H
#define XO5_MIN_EXEC_H

#include <stdint.h>

#include "abi/context.h"
#include "libos/min/abi.h"
#include "launch/image_format.h"

#define EXEC_STACK_TOP 0x63fffff000
#define EXEC_STACK_SIZE 0x20000   /* of the stack's region at first */
#define EXEC_BIAS 0x5500000000    /* added to addresses of ELF_SHARED */
#define EXEC_LOWEST 0x10000       /* no program lies below */
#define EXEC_HIGHEST 0x5600000000 /* or has anything above, but its stack */
#define EXEC_PROGRAMS 16          /* program headers at most */
#define EXEC_ROOM 0x8000
#define EXEC_FLAGS 0x202 /* IF, and the bit that is always 1 */

/* The strings of a new program, while the old one's memory goes. */
struct exec_words {
    unsigned arguments, variables; /* how many */
    uint64_t size;                 /* bytes of text[] that are used */
    char text[EXEC_ROOM];          /* one after the other, each with its 0 */
};

/* Copies the strings of two arrays, each of which ends with NULL, or is NULL.
 * -E2BIG: they are more than EXEC_ROOM bytes. (The kit's, in words.c.) */
int exec_take_words(struct exec_words *words, char *const *arguments,
                    char *const *variables);

/*
 * Can it be run? (The kit's, in elf.c.)
 *   -EACCES   it is no regular file, or nobody may run it (no x bit)
 *   -ENOEXEC  it is no ELF program: of 64 bits, ELF_EXECUTABLE or ELF_SHARED,
 *             for x86-64; with 1 to EXEC_PROGRAMS program headers of the right
 *             size in the file; whose PROGRAM_LOAD segments lie in the file,
 *             have va and offset equal modulo a page, no more bytes in the
 *             file than in memory, and lie between EXEC_LOWEST and
 *             EXEC_HIGHEST; with one such segment at least; or a PROGRAM_INTERP
 *             that is not the name of this library OS (xo5_libos.name)
 */
int exec_check(const struct image_inode *inode, const struct elf_head *e);

/* Room for them, which a fork does not copy. */
extern struct exec_words exec_words;

/*
 * Runs the program that a path names instead of the one that runs.
 *   file_find's errors; exec_check's; exec_take_words'
 * and the old program goes on. From here on the process ends with SIGKILL if
 * something lacks. Else: all of the old program's memory and regions are gone;
 * there are regions for the segments' pages, of the file's where they come
 * from it, of zeros behind; the rest of a page that a segment of the file
 * covers in part only is zeros if it is writable; the heap is empty and begins
 * behind the highest segment; the stack has, from rsp on, a multiple of 16:
 *
 *   argc | argv ... 0 | envp ... 0 | auxiliary vector ... AT_NULL 0
 *
 * AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_ENTRY, AT_UID, AT_EUID, AT_GID,
 * AT_EGID, AT_SECURE (all 0) and AT_RANDOM (16 bytes: exec_random) are there.
 * AT_PHDR is where the program headers lie in memory: in the segment that has
 * them, or 0 if none has. All other registers are 0 but rip, the entry, and
 * rflags, EXEC_FLAGS. Descriptors that exec closes are closed. Returns 0.
 */
int exec_program(const char *path, char *const *arguments,
                 char *const *variables, struct registers *registers);

/* 64 bits that no program should foresee; no secrets can rest on them. */
uint64_t exec_random(void);

/* Closes descriptors that exec closes, and names the program. (The kit's.) */
void exec_settle(const char *path);

#endif
