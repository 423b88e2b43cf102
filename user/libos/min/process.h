/*
 * Processes, which form a tree: a parent builds its children, gives them the
 * CPU, and takes them apart when they have ended. A process ends only when its
 * children have; what they share with it is therefore there as long as they
 * are.
 */
#ifndef XO5_MIN_PROCESS_H
#define XO5_MIN_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/context.h"
#include "lib/books.h"
#include "lib/operations.h"

#define CHILDREN 16
#define CORE_PAGES 96 /* at most */

struct child {
    uint32_t slot; /* 0: none; it is the Unix process's number too */
    bool has_ended;
    int status;                                        /* as wait4 tells it */
    uint32_t context, top, root, directory, own, core; /* frames */
    uint32_t pages[CORE_PAGES];
};

extern struct child process_children[CHILDREN];

/* The program's registers, while the library OS runs for it. */
extern struct registers process_program;

/* The word that names the directory's entry of a process. */
static inline uint64_t process_entry(uint64_t slot)
{
    return entry_name(books_head()->directory, slot);
}

/* This process's number, and its parent's. */
unsigned process_self(void);
unsigned process_parent(void);

/* Makes a child with a copy of all that the process has: its number. In the
 * child, the program goes on behind its system call, whose answer is 0.
 * -EAGAIN: too many processes; -ENOMEM; nothing is left of it then. */
int process_fork(void);

/* Something must change before this process can go on: gives each child that
 * has not ended the CPU once, then the parent. */
void process_pause(void);

/* Takes apart a child that has ended. Its struct is free afterwards. */
void process_bury(struct child *child);

/* Ends at once with that status word: whatever this process has, its parent
 * takes apart. */
void process_stop(int status) __attribute__((noreturn));

/* Gives all memory back, and ends so; there are no children any more. */
void process_end(int status) __attribute__((noreturn));

/* The program did what is not allowed, and ends as if by that signal. */
void process_die(int signal) __attribute__((noreturn));

#endif
