/*
 * What the personality asks of the machine beneath it, in its own process.
 * There are two: xo5, where these are the five operations and fault upcalls,
 * and Linux, for tests.
 *
 * Addresses and lengths are multiples of 4096; `rights` are RIGHT_R, RIGHT_W
 * and RIGHT_X of abi/rights.h. Each answers 0 or -errno.
 */
#ifndef XO5_UNIX_PERSONALITY_BASE_HOST_H
#define XO5_UNIX_PERSONALITY_BASE_HOST_H

#include <stdint.h>

#include "abi/context.h"
#include "libos/unix/address_map.h"
#include "libos/unix/protocol.h"

/* The window of this process. */
struct window *host_window(void);

/* Gives the CPU to the keeper, with the request that is in the window;
 * returns when the answer is there. */
void host_call(void);

/* The same for KEEPER_FORK; returns twice: 0 in the child, whose memory is a
 * copy. The child's window is another one at the same address. */
int64_t host_fork(uint64_t flags);

/*
 * Memory. Maps pages of zeros, when they are first touched; nothing else is
 * mapped there (the caller has unmapped it).
 */
int64_t host_map(uint64_t va, uint64_t length, unsigned rights);

/* A file that is going to be mapped. Its number (KEEPER_MAP) stays with the
 * regions that are mapped of it (regions.h): the machine can bring pages when
 * they are touched, and words in it have a name for futexes. */
struct host_file {
    int fd;
    uint32_t number;
    uint64_t pages; /* up to its end */
};

/* Fills that in for a file that is open for reading. */
int64_t host_open(int fd, struct host_file *file);

/* The last region of the file with that number has gone. */
void host_close(uint32_t number);

/* Maps pages of a file, from page `first` on; what lies behind its end
 * is zeros in the last page and SIGBUS after it. Stores stay this process's
 * own, or with `shared` are seen by all. */
int64_t host_map_file(uint64_t va, uint64_t length, unsigned rights,
                      const struct host_file *file, uint64_t first, int shared);

/* What is there goes; what is not mapped is left alone. */
int64_t host_unmap(uint64_t va, uint64_t length);

/* All goes but the personality's own (reserved.h). */
int64_t host_clear(void);
int64_t host_protect(uint64_t va, uint64_t length, unsigned rights);

/* Moves mapped pages to where nothing is, with what is in them. */
int64_t host_move(uint64_t from, uint64_t to, uint64_t length);

/* As if they had never been touched: zeros, or the file's again. */
int64_t host_forget(uint64_t va, uint64_t length);

/* Pages of a file that it has no longer, of a region with those rights: gone,
 * until the file has them again. */
int64_t host_truncate(uint64_t va, uint64_t length, unsigned rights);

/* The page at va is missing that is page `page` of the file with that number,
 * as the file was shorter when it was mapped: brings it if it is there now. */
_Bool host_bring(uint64_t va, unsigned rights, uint32_t file, uint64_t page,
                 int shared);

/* Nanoseconds since the machine started; a random word. */
uint64_t host_now(void);
uint64_t host_random(void);

/* FS base of the program, which the personality itself never uses. */
void host_set_fs(uint64_t base);
uint64_t host_get_fs(void);

/* Ends this process at once; no return. `status` is wait4's: it is the last
 * request, KEEPER_EXIT. */
void host_exit(int status) __attribute__((noreturn));

/*
 * The machine calls these of the personality.
 *
 * A system call: registers as the program has them, but rcx and r11; rip is
 * what follows the `syscall`. Whatever is in them when this returns is what
 * the program goes on with, all of them: another thread, a signal handler, a
 * new program. Runs on a stack of the personality's own. True: it is the same
 * program behind the same call, and nothing but rax is other than it was.
 */
_Bool unix_call(struct registers *program);

/* The program was interrupted between any two of its instructions, and others
 * ran: it goes on with what is in *program then, perhaps a signal handler or
 * another thread. */
void unix_interrupted(struct registers *program);

/* A fault that no mapping explains: vector, error and address are in
 * `program`; the program goes on with what is there then. */
void unix_fault(struct registers *program);

/* The first program of this process: a path and argument and environment
 * strings, each with its final zero, one after the other. Fills in the
 * registers that it starts with; -errno if it cannot. */
int64_t unix_begin(const char *path, const char *strings, uint64_t arguments,
                   uint64_t variables, struct registers *program);

#endif
