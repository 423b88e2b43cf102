/*
 * The three ways into min. At the start, the launcher's page says which tables
 * there are and which words the command has; with a fault, the kernel has put
 * the registers into the context, and the pager is asked; with a system call,
 * enter.S comes to system.c by itself.
 *
 * min is part of the process that it serves, so its own faults come here too.
 * Memory that the program has promised and not touched yet is one of them: then
 * the pager is right to be asked. A second one while the first is dealt with
 * has no good end.
 */
#include "libos/min/start.h"

#include "abi/rights.h"
#include "lib/string.h"
#include "libos/min/abi.h"
#include "libos/min/calls.h"
#include "libos/min/console.h"
#include "libos/min/exec.h"
#include "libos/min/exercise.h"
#include "libos/min/file.h"
#include "libos/min/inside.h"
#include "libos/min/pager.h"
#include "libos/min/process.h"
#include "libos/min/space.h"

/* SDM 3A, 7.15, "Exception and Interrupt Reference"; the error code's bits. */
#define VECTOR_DIVIDE 0
#define VECTOR_INVALID 6
#define VECTOR_PAGE_FAULT 14
#define FAULT_WRITE 2u
#define FAULT_FETCH 16u
#define WORDS_MAX 128

__attribute__((visibility("default"))) const struct launch_export xo5_libos = {
    LAUNCH_VERSION, "/lib/min.so", LAUNCH_PLAIN};

/* enter.S. */
extern uint8_t enter_upcall_low[], enter_upcall_high[];
void enter_fault(void);
void enter_call(void);

/* The copies of the two tables that the launcher made. */
static void know_tables(void)
{
    const struct launch_start *start = space_start();
    space_root->frame = (uint32_t)start->root;
    space_root->level = 3;
    space_root->holds[LAUNCH_IMAGE_INDEX] = (uint32_t)start->image_table;
    space_own->frame = (uint32_t)start->own;
    space_own->level = 1;
}

void start_first(void)
{
    static char *strings[WORDS_MAX + 2];
    struct launch_start *start = space_start();
    volatile struct context *context = (struct context *)LAUNCH_CONTEXT;
    context->stack_low = (uintptr_t)enter_upcall_low;
    context->stack_high = (uintptr_t)enter_upcall_high;
    context->entry_fault = (uintptr_t)enter_fault;
    context->entry_call = (uintptr_t)enter_call;
    know_tables();
    struct file *console = file_new(FILE_CONSOLE);
    for (int fd = 0; fd < 3; fd++) {
        file_set(fd, console, false);
    }
    inside_run(start->words);
    /* The page has them one behind the other: the path, the arguments, the
     * variables. A null pointer goes between the last two. */
    char *at = start->words + strlen(start->words) + 1;
    char **variables = strings + start->arguments + 1;
    for (uint64_t n = 0; n < start->arguments + start->variables; n++) {
        strings[n + (n >= start->arguments)] = at;
        at += strlen(at) + 1;
    }
    int error =
        exec_program(start->words, strings, variables, &process_program);
    if (error != 0) {
        call_exit((error == -ENOENT ? 127 : 126) << 8);
    }
}

void exercise_missing(const char *which)
{
    console_write("xo5: exercise ", 14);
    console_write(which, strlen(which));
    console_write(" is not written yet.\n", 21);
    process_stop(EXERCISE_STATUS << 8);
}

static unsigned needs_of(uint64_t error)
{
    return error & FAULT_FETCH   ? RIGHT_X
           : error & FAULT_WRITE ? RIGHT_W
                                 : RIGHT_R;
}

/* A fault of min's own, where none may come: the process ends, before it
 * faults for ever. */
static void stop_faulting(void)
{
    static const char words[] = "min: a fault while it dealt with a fault\n";
    console_write(words, sizeof(words) - 1);
    process_stop(SIGSEGV);
}

void start_fault(struct registers *trap)
{
    static bool is_busy; /* with a fault, or with the process's end */
    int error = -EFAULT;
    if (is_busy) {
        stop_faulting();
    }
    is_busy = true;
    /* Above LAUNCH_BASE are min's own pages, all there from the start: a
     * fault there is a mistake of min's. */
    if (trap->vector == VECTOR_PAGE_FAULT && trap->address < LAUNCH_BASE) {
        error = pager_fault(trap->address, needs_of(trap->error));
    }
    if (error == 0) {
        is_busy = false;
        return;
    }
    process_die(error == -ENOMEM                 ? SIGKILL
                : trap->vector == VECTOR_DIVIDE  ? SIGFPE
                : trap->vector == VECTOR_INVALID ? SIGILL
                                                 : SIGSEGV);
}
