/*
 * Where the machine enters the personality: a call of the program, a fault that
 * no mapping explains, the start (base/host.h).
 *
 *   unix_call   the call's function     an answer, or CALL_WAITS
 *               another thread          until one has an answer
 *               truncated files         before the program sees its memory
 *               signals                 may change all registers
 *
 * The registers that are in *program at the end are those of whoever goes on:
 * the same program, another thread, a handler, a new program. Only if nothing
 * but rax has changed may the machine take its short way back.
 */
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/registers.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/reserved.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/base/xstate.h"
#include "libos/unix/personality/calls/calls.h"
#include "libos/unix/personality/exec/argv.h"
#include "libos/unix/personality/exec/exec.h"
#include "libos/unix/personality/memory/memory.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/memory/truncate.h"
#include "libos/unix/personality/thread/clock.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

/* The call of the running thread: its answer. */
static int64_t answer_once(struct registers *program)
{
    struct thread *t = thread_current();
    uint64_t a[6] = {program->rdi, program->rsi, program->rdx,
                     program->r10, program->r8,  program->r9};
    t->number = program->rax;
    int64_t result = calls_answer(program->rax, a);
    t->resumed = false;
    return result;
}

/* What happens until a thread can go on: perhaps another one, whose registers
 * are in *program then. Its call's answer. */
static int64_t settle(struct registers *program, int64_t result)
{
    while (result == CALL_WAITS || thread_is_over()) {
        if (result != CALL_WAITS) {
            thread_current()->result = result;
        }
        result = thread_switch(program);
        thread_current()->takes = 0; /* it waits for none any more */
        if (result == WOKEN_RETRY) {
            thread_current()->resumed = true;
            result = answer_once(program);
        }
    }
    return result;
}

/* The thread goes on with that answer, or in a signal handler: true. */
static bool go_on(struct registers *program, int64_t result)
{
    const struct thread *t = thread_current();
    if (request_truncated) {
        truncate_look();
    }
    if (result != CALL_KEEPS) {
        program->rax = (uint64_t)result;
    }
    bool interrupted = result == -EINTR;
    if (interrupted || t->restores || (signal_pending() & ~t->blocked)) {
        signal_deliver(program, interrupted, calls_restart(t->number));
        return true;
    }
    return false;
}

_Bool unix_call(struct registers *program)
{
    const struct thread *caller = thread_current();
    program_set_registers(program);
    int64_t result = settle(program, answer_once(program));
    return !go_on(program, result) && result != CALL_KEEPS &&
           thread_current() == caller;
}

void unix_interrupted(struct registers *program)
{
    program_set_registers(program);
    go_on(program, settle(program, CALL_KEEPS));
}

/* SDM 3A, 7.15: what Linux makes of a fault; the code of its siginfo. */
static int signal_of(const struct registers *program, int *code)
{
    struct region r;
    *code = SI_KERNEL;
    switch (program->vector) {
    case 0:
        *code = FPE_INTDIV;
        return SIGFPE;
    case 1:
        *code = TRAP_TRACE;
        return SIGTRAP;
    case 3:
        return SIGTRAP;
    case 6:
        *code = ILL_ILLOPN;
        return SIGILL;
    case 10:
    case 11:
    case 12:
        return SIGBUS;
    case 14:
        *code = SEGV_MAPERR;
        if (!region_find(program->address, &r)) {
            return SIGSEGV;
        }
        bool allowed = program->error & 16  ? r.rights & PROT_EXEC
                       : program->error & 2 ? r.rights & PROT_WRITE
                                            : r.rights & PROT_READ;
        *code = allowed ? BUS_ADRERR : SEGV_ACCERR;
        return allowed ? SIGBUS : SIGSEGV;
    case 16:
    case 19:
        *code = FPE_FLTINV;
        return SIGFPE;
    case 17:
        *code = BUS_ADRALN;
        return SIGBUS;
    default:
        return SIGSEGV;
    }
}

/* Is what is missing the page of a file that has grown? Then it is there. */
static bool bring(const struct registers *program)
{
    struct region r;
    int code;
    uint64_t va = PAGE_DOWN(program->address);
    return program->vector == 14 && signal_of(program, &code) == SIGBUS &&
           region_find(va, &r) && r.file &&
           host_bring(va, r.rights, r.file, region_page(&r, va),
                      (r.flags & REGION_SHARED) != 0);
}

void unix_fault(struct registers *program)
{
    int code;
    if (bring(program)) {
        return;
    }
    if (uaccess_fault(program)) {
        return;
    }
    if (program->vector == 14 && memory_grow(program->address)) {
        return;
    }
    /* Behind HOST_TOP nothing runs: a program has jumped there, and may have a
     * handler. */
    if (program->rip >= HOST_END && program->rip < HOST_TOP) {
        request_say("unix: the library OS itself faulted");
        host_exit(SIGSEGV);
    }
    program_set_registers(program);
    int signal = signal_of(program, &code);
    uint64_t address = program->vector == 14                  ? program->address
                       : signal == SIGILL || signal == SIGFPE ? program->rip
                                                              : 0;
    signal_force(program, signal, code, address);
}

int64_t unix_begin(const char *path, const char *strings, uint64_t arguments,
                   uint64_t variables, struct registers *program)
{
    int64_t error = reserved_begin();
    if (error) {
        return error;
    }
    xstate_begin();
    thread_begin(false);
    clock_begin();
    program_set_registers(program);
    argv_begin();
    error = argv_take(strings, arguments, variables);
    error = error ? error : exec_start(path, program);
    return error == CALL_KEEPS ? 0 : error;
}
