/*
 * The personality's machine on xo5: what base/host.h asks for that is no
 * memory, and where the library OS starts.
 *
 *   process                     keeper
 *   writes window or link
 *   swap(running, init)  ---->  reads, answers
 *                        <----  swap back: this process goes on after its swap
 *
 * host_fork returns twice, in two processes: the child starts with a copy of
 * the parent's context, so it too comes out of the swap, and sees by the link's
 * generation that it is another one. From there on the shadow, a copy of the
 * parent's, is its own (fork_inherit).
 */
#include "abi/context.h"
#include "lib/books.h"
#include "lib/clock.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/xstate.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/xo5/link.h"
#include "libos/unix/xo5/personality/fork.h"
#include "libos/unix/xo5/personality/machine.h"
#include "libos/unix/xo5/personality/reclaim.h"
#include "libos/unix/xo5/personality/space.h"

/* enter.S: the ways in; and the program's registers. */
void libos_enter_fault(void);
void libos_enter_event(void);
void libos_enter_call(void);
struct registers machine_program;

static uint8_t extended[XSTATE_MAX] __attribute__((aligned(64)));
static uint64_t random_state;

struct link *machine_link(void)
{
    return (struct link *)(LIBOS_BLOCK + BLOCK_LINK);
}

struct window *host_window(void)
{
    return (struct window *)(LIBOS_BLOCK + BLOCK_WINDOW);
}

/* Gives the CPU to the keeper, who gave it; on, when it is back. */
static void hand_over(void)
{
    const volatile struct process *me = books_process(machine_link()->slot);
    uint64_t directory = books_head()->directory;
    op_swap(entry_name(directory, SLOT_RUNNING),
            entry_name(directory, SLOT_INIT), me->table,
            books_process(SLOT_INIT)->table, 0);
}

void host_call(void)
{
    machine_link()->request = LINK_NONE;
    hand_over();
}

int64_t machine_ask(uint64_t request, uint64_t a, uint64_t b, uint64_t c,
                    uint64_t d)
{
    struct link *link = machine_link();
    link->a[0] = a;
    link->a[1] = b;
    link->a[2] = c;
    link->a[3] = d;
    link->request = request;
    hand_over();
    link->request = LINK_NONE;
    if (__builtin_expect(host_window()->truncations != 0, 0)) {
        request_truncated = true; /* others ran meanwhile */
    }
    return link->answer;
}

int64_t host_fork(uint64_t flags)
{
    struct window *window = host_window();
    uint64_t generation = machine_link()->generation, fs = host_get_fs();
    /* The kernel never passes the extended state to another process: the child
     * has it from the variables, which are copied. */
    xstate_save(extended);
    reclaim_sweep(space_own());
    fork_merge(space_own());
    window->number = KEEPER_FORK;
    window->a[0] = flags;
    host_call(); /* and here two come out */
    machine_forked();
    if (machine_link()->generation == generation) {
        return host_window()->answer;
    }
    fork_inherit(space_own(), machine_link()->slot);
    frames_start(machine_link()->frames);
    xstate_load(extended);
    host_set_fs(fs);
    return 0;
}

void host_exit(int status)
{
    struct window *window = host_window();
    window->number = KEEPER_EXIT;
    window->a[0] = (uint64_t)status;
    for (;;) {
        host_call();
    }
}

uint64_t host_now(void)
{
    return clock_now();
}

uint64_t host_random(void)
{
    uint64_t x = random_state + clock_ticks() * 2 + machine_link()->generation;
    x ^= x << 13; /* Marsaglia's xorshift; no secrets can rest on it */
    x ^= x >> 7;
    x ^= x << 17;
    random_state = x;
    return x * 0x2545f4914f6cdd1d;
}

void host_set_fs(uint64_t base)
{
    __asm__ volatile("wrfsbase %0" : : "r"(base) : "memory");
}

uint64_t host_get_fs(void)
{
    uint64_t base;
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}

/* Others ran while the program was interrupted; or, in the middle of what the
 * library OS does, the keeper took pages, of which it tells in its own way. */
void machine_event(struct registers *trap)
{
    ((volatile struct context *)LIBOS_CONTEXT)->events = 0;
    if (trap->rip >= HOST_END) {
        return;
    }
    if (host_window()->truncations != 0) {
        request_truncated = true; /* others ran meanwhile */
    }
    unix_interrupted(trap);
}

/* Called once, by libos_start: the keeper has put the program's path and its
 * strings into the window. */
void machine_start(void)
{
    volatile struct context *context = (struct context *)LIBOS_CONTEXT;
    const char *path = (const char *)host_window()->data;
    uint64_t arguments = machine_link()->a[0];
    frames_start(machine_link()->frames);
    context->stack_low = LIBOS_BLOCK + BLOCK_UPCALL_LOW;
    context->stack_high = LIBOS_BLOCK + BLOCK_UPCALL_HIGH;
    context->entry_fault = (uintptr_t)libos_enter_fault;
    context->entry_event = (uintptr_t)libos_enter_event;
    context->entry_call = (uintptr_t)libos_enter_call;
    if (unix_begin(path, path + strlen(path) + 1, arguments,
                   machine_link()->a[1], &machine_program) < 0) {
        host_exit(127 << 8);
    }
}
