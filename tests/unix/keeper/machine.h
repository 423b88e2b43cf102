/*
 * A machine of plain memory beneath the keeper's core, and what its tests
 * share. Processes are windows: a test fills in a request, and looks at what
 * came of it. Free pages are poisoned, so that the sanitizer sees any use of
 * one; each page taken is counted.
 */
#ifndef KEEPER_TEST_MACHINE_H
#define KEEPER_TEST_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/keeper/record/machine.h"

#define WAITS INT64_MIN      /* the request is not answered */
#define GONE (INT64_MIN + 1) /* the process has ended */
#define AT_CWD ((uint64_t)AT_FDCWD)
#define NONE WINDOW_NULL

extern uint64_t machine_time;       /* what machine_now says */
extern char machine_shown[1 << 20]; /* what was written to the console */
extern char machine_said[4096];     /* the last line for the debug channel */
extern uint64_t machine_limit;      /* pages that may be taken, all in all */
extern const char *machine_image;

/* The n-th time from now that the core looks for pages, it finds none; 0 for
 * none. What a request takes after a look that found some is no look, up to 8
 * pages: it was promised these. Has it come to that? And which is it? */
void machine_fail(uint64_t n);
bool machine_failed(void);
uint64_t machine_fails_at(void);

/* Loads the image and starts with one process, whose slot it returns. */
unsigned machine_start(void);

/* Its two halves: keeper_begin's answer, and the first process. If it is set,
 * machine_spoil is asked which words of the image's tables shall be others. */
bool machine_begin(void);
unsigned machine_first(void);
extern uint64_t (*machine_spoil)(void);

/* Ends all, whatever is left in files, and forgets all memory: what comes next
 * is a new machine. */
void machine_restart(void);

/* Ends all processes, and then removes all files: how many pages are taken
 * still, which is always the same. */
uint64_t machine_sweep(void);

/* Ends what lives, and checks that every page that was taken since the start
 * has been given back. */
void machine_stop(void);

uint64_t machine_taken(void);
void machine_type(const char *keys);

/* Has keeper_ready been called for it since its last request? */
bool machine_ready(unsigned slot);

/* The signals that were pending in its window at the last such call: it may
 * look from then on. */
uint64_t machine_ready_pending(unsigned slot);

/* Is there a process in that slot? */
bool machine_there(unsigned slot);

/* Makes a request: its answer, WAITS or GONE. */
int64_t ask(unsigned slot, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
            uint64_t d, uint64_t e);

/* The answer to a request that waited; WAITS if it still does; GONE. */
int64_t answer(unsigned slot);

/* Puts text with its zero into the window's data, and returns the offset. */
uint64_t put(unsigned slot, uint64_t offset, const char *text);
uint8_t *data(unsigned slot);

/* Time passes. */
void pass(uint64_t ns);

/* A forked process: its slot. */
unsigned forked(unsigned slot);
uint32_t pid_of(unsigned slot);
void ends(unsigned slot, int status);

/* Files, in short. */
int64_t opened(unsigned slot, const char *path, int flags, int mode);
int64_t closed(unsigned slot, int64_t fd);
int64_t written(unsigned slot, int64_t fd, const char *text);
int64_t was_read(unsigned slot, int64_t fd, char *to, uint64_t count);
int64_t named(unsigned slot, uint64_t number, const char *path, uint64_t c);
int64_t two_named(unsigned slot, uint64_t number, const char *from,
                  const char *to, uint64_t flags);
struct stat status(unsigned slot, const char *path);
bool reads(unsigned slot, int64_t fd, const char *text);

void failed(const char *file, int line, const char *what, int64_t found,
            int64_t wanted);

#define IS(found, wanted)                                                      \
    do {                                                                       \
        int64_t is_found = (int64_t)(found), is_wanted = (int64_t)(wanted);    \
        if (is_found != is_wanted) {                                           \
            failed(__FILE__, __LINE__, #found, is_found, is_wanted);           \
        }                                                                      \
    } while (0)
#define TRUE(what) IS(!!(what), 1)

/* A machine whose first process has made a pair of descriptors by that request,
 * which puts them where its data begins. */
unsigned machine_start_pair(int32_t *end, uint64_t call, uint64_t a,
                            uint64_t b);

struct test {
    const char *name;
    void (*run)(void);
};

#define TEST(name) {#name, test_##name}

extern const struct test file_tests[], name_tests[], pipe_tests[],
    process_tests[], signal_tests[], tty_tests[], proc_tests[], poll_tests[],
    lock_tests[], hostile_tests[], socket_tests[], failing_tests[];

#endif
