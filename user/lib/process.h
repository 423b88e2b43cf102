/* What a process of xo5 knows of itself. */
#ifndef XO5_USER_PROCESS_H
#define XO5_USER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/books.h"
#include "abi/context.h"
#include "abi/layout.h"

/* The kernel's books: read-only. */
static inline const struct books *process_books(void)
{
    return (const struct books *)BOOKS_USER;
}

/* The number of the running process: init's, or what the parent said. */
extern uint64_t process_number;

/* My context: the kernel and, if it likes, my parent write it too. */
static inline volatile struct context *process_context(void)
{
    return (volatile struct context *)(uintptr_t)INIT_CONTEXT;
}

/* The directory entry of a process, or of the running one: SLOT_RUNNING. */
uint64_t process_entry(uint64_t slot);

/* Hands the CPU to another process: `swap` in the directory, with its
 * answers. It may be my child, my giver, or one that accepts the CPU of me.
 * Returns when the CPU is mine again, at that time of the time-stamp counter at
 * the latest; 0: without end. */
uint64_t process_hand(uint64_t slot, uint64_t lease);

/* Computes until the CPU has been taken away, and is back. */
void process_compute(void);

/* Hands the CPU back to the process that gave it. */
uint64_t process_yield(void);

/* Stops the processor until an interrupt comes, I have an event, or it is that
 * time of the time-stamp counter; 0: without end. */
uint64_t process_rest(uint64_t until);

/* True if I may use the console's ports. */
bool process_has_console(void);

/* The number of the group of ports, or of the interrupt line, that begins so;
 * GROUP_MAX if there is none. */
uint64_t process_group(unsigned kind, unsigned first);

/* The number behind `name`, such as "seed=", in the boot command line. */
uint64_t process_value(const char *name, uint64_t otherwise);

/* True if the word stands in the boot command line, between blanks. */
bool process_argument(const char *word);

/* Ends the process. Statuses above 95 reach QEMU's exit status as 95. */
void process_exit(int status) __attribute__((noreturn));

#endif
