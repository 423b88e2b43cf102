/*
 * What the keeper's core asks of the machine beneath it, and what it offers
 * the machine's part. There are two machines: xo5, and Linux for tests.
 *
 * Processes are named by slots, 1 to KEEPER_SLOTS - 1, which the machine
 * chooses; the pid that Unix programs see is the core's. Pages are the
 * keeper's own memory, 4 KiB each, by number; 0 is none. A page that a process
 * may map (KEEPER_MAP_PAGES) stays where it is until the file lets it go.
 */
#ifndef XO5_UNIX_KEEPER_RECORD_MACHINE_H
#define XO5_UNIX_KEEPER_RECORD_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "libos/unix/protocol.h"

#define KEEPER_SLOTS 256
#define KEEPER_PAGE 4096

/* ---- the machine's, called by the core ---------------------------------- */

/* Nanoseconds since the machine started. */
uint64_t machine_now(void);

/* A page full of zeros, the keeper's alone; 0 if there is none left. */
uint32_t machine_page_take(void);

/* Gives a page back. Processes that have it mapped keep what they see. */
void machine_page_give(uint32_t page);

/* Where the keeper sees that page. */
void *machine_page(uint32_t page);

/* How many pages there are, and how many of them could be taken now. */
uint64_t machine_pages(void);
uint64_t machine_pages_free(void);

/* The window of the process in that slot; NULL if nobody is there. */
struct window *machine_window(unsigned slot);

/* The next character that was typed, 0 to 255; -1 if there is none now. */
int machine_console_get(void);
void machine_console_put(const void *text, uint64_t count);

/* A line for the debug channel, without its end. */
void machine_say(const char *text, uint64_t count);

/* A random word. */
uint64_t machine_random(void);

/* Makes a process that is a copy of `slot`, whose request is KEEPER_FORK:
 * returns its slot, or -errno. It runs only after the core has set it up. */
int machine_fork(unsigned slot);

/* The process in that slot has ended, or shall end: it never runs again, and
 * its memory is given back. The core says so once of every process, also of
 * those that keeper_died told it of. */
void machine_end(unsigned slot);

/* ---- the core's, called by the machine ----------------------------------- */

/* Starts with a root file system: `size` bytes at page `first`, in the format
 * of image.h, whose pages are and stay readable as machine_page(first + n).
 * `unix_time` is seconds since 1970, now. False if it is no image, or does not
 * fit the memory; then nothing may be asked. */
bool keeper_begin(uint32_t first, uint64_t size, uint64_t unix_time);

/* Begins disorder of that seed (lib/disorder.h), in a build with CHECK=n. */
void keeper_disorder(uint64_t seed);

/* Makes the first process, pid 1, in that slot, with the terminal as its
 * files 0, 1 and 2 and "/" as its directory. */
void keeper_first(unsigned slot);

/* Handles the request in that slot's window. True: it is answered, and the
 * process may run. False: it waits; or the process is stopped or has ended. */
bool keeper_request(unsigned slot);

/* The process in that slot may run on, but its time is over: it has asked for
 * nothing. */
void keeper_preempted(unsigned slot);

/* Something may have changed (a key, the time): tries again what waits, and
 * calls keeper_ready for each process that may run now. */
void keeper_again(void);

/* The machine's: that process may run now (its request is answered, or
 * SIGCONT came). Not called for the process whose keeper_request is being
 * handled: there the answer says it. */
void keeper_ready(unsigned slot);

/* May that process run? False while it waits or is stopped: a machine that
 * has processes that are ready asks before it lets one run, as another may
 * have stopped it meanwhile; keeper_ready comes when it may again. */
bool keeper_may_run(unsigned slot);

/* How nice it is to the others: -20, who comes first, to 19. */
int keeper_nice(unsigned slot);

/* The process in that slot is dead, and not by KEEPER_EXIT: `signal` killed
 * it (a fault that it could not handle). */
void keeper_died(unsigned slot, unsigned signal);

/* When something that waits for the time is due, as machine_now counts;
 * UINT64_MAX if nothing does. */
uint64_t keeper_next(void);

/* A file that the process in that slot has mapped (KEEPER_MAP), by its number;
 * false if it does not. `version` is another one whenever a page of a file has
 * become another page, and no two files have the same. */
struct mapped {
    uint64_t version;
    uint64_t pages; /* up to its end */
};
bool keeper_mapped(unsigned slot, uint64_t number, struct mapped *mapped);

/* The page that its page `index` is; 0: a hole, or behind its end. Only after
 * keeper_mapped has said yes. */
uint32_t keeper_mapped_page(uint64_t number, uint64_t index);

/* The same, of which the process in that slot may let stores through: made the
 * file's own. 0 also: it may not, or there is no page left. */
uint32_t keeper_mapped_store(unsigned slot, uint64_t number, uint64_t index);

/* The status that pid 1 ended with, as wait4 has it; -1 while it runs. */
int keeper_status(void);

#endif
