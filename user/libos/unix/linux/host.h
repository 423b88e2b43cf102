/*
 * The Linux machine, for tests: the keeper is one Linux process, each Unix
 * process another. They share two files of memory: one with a word for each
 * process and all windows, one with the keeper's pages. All of it is one
 * static program, linked above what Unix programs may use; the system calls
 * of its own text are Linux's, and all others bounce (syscall user dispatch).
 *
 * Who has the CPU is a word for each slot, a futex: the process writes
 * SLOT_ASKS and waits until it is SLOT_RUNS; the keeper answers and writes
 * that. In a real machine one would not trust the processes with those words.
 */
#ifndef XO5_UNIX_LINUX_HOST_H
#define XO5_UNIX_LINUX_HOST_H

#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/protocol.h"

#define CONTROL_AT 0x7100000000 /* struct control */
#define WINDOWS_AT 0x7200000000 /* the keeper's: all windows, by slot */
#define WINDOW_AT 0x7300000000  /* a process's: its own */
#define PAGES_AT 0x8000000000   /* the keeper's: its pages, by number */

#define PAGES 0x100000 /* of them; the file that they are in is sparse */

enum slot_state {
    SLOT_FREE = 0,
    SLOT_RUNS = 1,
    SLOT_ASKS = 2,   /* there is a request in its window */
    SLOT_WAITS = 3,  /* the keeper has it, and has not answered */
    SLOT_FORKS = 4,  /* it shall make slot `child` now, a copy */
    SLOT_FORKED = 5, /* it has */
};

struct control {
    uint64_t started; /* the host's clock at the start */
    uint64_t image_pages, image_size;
    uint64_t seed; /* of the keeper's disorder; 0: none */
    struct slot {
        uint32_t state; /* enum slot_state; a futex */
        uint32_t child;
        int32_t host; /* its Linux process; below 1: none */
        int32_t pad;
    } slots[KEEPER_SLOTS];
};

#define CONTROL ((struct control *)CONTROL_AT)
#define WINDOW_OFFSET 0x10000 /* of windows in their file */

_Static_assert(sizeof(struct control) <= WINDOW_OFFSET, "control fits");
_Static_assert(sizeof(struct window) % 4096 == 0, "windows are pages");

/* Open files of the host, the same in every process. */
struct files {
    int shared, pages, bell; /* bell: an eventfd that the keeper listens to */
};

extern struct files files;

/* The keeper's process: serves until pid 1 ends; returns its status, as wait4
 * has it. The first process is in slot 1. `terminal`: the output is one. */
int keeper_serve(_Bool terminal);

/* The first Unix process, in slot 1: begins the program, with its strings (as
 * unix_begin takes them). No return. */
void process_begin(const char *path, const char *strings, uint64_t arguments,
                   uint64_t variables) __attribute__((noreturn));

/* Makes the running process ready to be one: its window, the bounce. In the
 * first, and in each child. */
void process_enter(unsigned slot);

/* Installs the handlers of signals that the bounce needs; and once in each
 * process, makes system calls of others' text bounce. */
void bounce_begin(void);
void bounce_enter(void);

/* The program goes on with these registers. */
void bounce_resume(const struct registers *program) __attribute__((noreturn));

/* A line on standard error, and the end of this process. */
void host_fail(const char *why) __attribute__((noreturn));

#endif
