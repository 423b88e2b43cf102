/*
 * fork and clone end in one of two functions: a process (host_fork, which
 * returns twice) or a thread (another place in the table). What Linux allows
 * between the two, sharing some things but not others, is refused: two
 * processes here cannot share memory or descriptors after the fact.
 *
 * A forked child has everything as the parent had it, also the words in which
 * threads of the parent are noted: child_begin makes the caller its only
 * thread.
 *
 * Waiting for children with other threads to run cannot block in the keeper,
 * since no request waits for children and files at once: it looks every SLICE.
 */
#include "libos/unix/personality/thread/process.h"

#include "lib/string.h"
#include "libos/unix/linux-abi/abi.h"
#include "libos/unix/personality/base/host.h"
#include "libos/unix/personality/base/registers.h"
#include "libos/unix/personality/base/request.h"
#include "libos/unix/personality/base/uaccess.h"
#include "libos/unix/personality/memory/regions.h"
#include "libos/unix/personality/thread/clock.h"
#include "libos/unix/personality/thread/futex.h"
#include "libos/unix/personality/thread/sched.h"
#include "libos/unix/personality/thread/signal.h"
#include "libos/unix/personality/thread/thread.h"

#define CLONE_SIGNAL 0xffu
#define CLONE_IGNORED 0x00c40000u /* SYSVSEM, DETACHED: nothing to do */
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND)
#define TID_FLAGS                                                              \
    (CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |                 \
     CLONE_CHILD_CLEARTID)
/* Nanoseconds between two looks for a child's end while other threads run: what
 * a waiting thread is late by, against what looking costs the others. */
#define SLICE 2000000
#define ROBUST_SIZE 24

struct clone { /* as clone3 has it */
    uint64_t flags, pidfd, child_tid, parent_tid, signal, stack, stack_size;
    uint64_t tls;
};

void process_end(int status)
{
    futex_leave_all();
    vfork_leave();
    host_exit(status);
}

/* The child's side of a fork. */
static void child_begin(const struct clone *c)
{
    struct registers *program = program_registers();
    thread_begin(true);
    clock_begin();
    struct thread *t = thread_current();
    uint32_t tid = (uint32_t)t->tid;
    t->pending = 0;
    sched_inherit(t, t);
    if (!(c->flags & CLONE_VFORK)) {
        vfork_forget();
    }
    t->clear_tid = c->flags & CLONE_CHILD_CLEARTID ? c->child_tid : 0;
    host_window()->shares = region_was_shared();
    signal_publish();
    if (c->flags & CLONE_CLEAR_SIGHAND) {
        signal_reset();
    }
    if (c->flags & CLONE_CHILD_SETTID) {
        uaccess_write(c->child_tid, &tid, sizeof(tid));
    }
    if (c->flags & CLONE_SETTLS) {
        host_set_fs(c->tls);
    }
    if (c->stack) {
        program->rsp = c->stack + c->stack_size;
    }
}

static int64_t clone_process(const struct clone *c)
{
    uint64_t known =
        TID_FLAGS | CLONE_IGNORED | CLONE_VFORK | CLONE_CLEAR_SIGHAND;
    if (c->flags & CLONE_VFORK) {
        known |= CLONE_VM;
    }
    if ((c->flags & ~known) || (c->signal && c->signal != SIGCHLD)) {
        return -EINVAL;
    }
    int64_t pid = c->flags & CLONE_VFORK ? vfork_make(program_registers()->rsp)
                                         : host_fork(0);
    uint32_t tid = (uint32_t)pid;
    if (pid == 0) {
        child_begin(c);
    } else if (pid > 0 && (c->flags & CLONE_PARENT_SETTID)) {
        uaccess_write(c->parent_tid, &tid, sizeof(tid));
    }
    return pid;
}

static int64_t clone_thread(const struct clone *c)
{
    struct registers registers = *program_registers();
    uint64_t known = THREAD_FLAGS | CLONE_THREAD | TID_FLAGS | CLONE_IGNORED;
    if ((c->flags & ~known) || (c->flags & THREAD_FLAGS) != THREAD_FLAGS ||
        !c->stack) {
        return -EINVAL;
    }
    registers.rax = 0;
    registers.rsp = c->stack + c->stack_size;
    struct thread *made = thread_make(
        &registers, c->flags & CLONE_SETTLS ? c->tls : host_get_fs());
    if (!made) {
        return -EAGAIN;
    }
    uint32_t tid = (uint32_t)made->tid;
    made->clear_tid = c->flags & CLONE_CHILD_CLEARTID ? c->child_tid : 0;
    if (c->flags & CLONE_PARENT_SETTID) {
        uaccess_write(c->parent_tid, &tid, sizeof(tid));
    }
    if (c->flags & CLONE_CHILD_SETTID) {
        uaccess_write(c->child_tid, &tid, sizeof(tid));
    }
    return tid;
}

static int64_t clone(const struct clone *c)
{
    return c->flags & CLONE_THREAD ? clone_thread(c) : clone_process(c);
}

int64_t call_fork(const uint64_t *a)
{
    struct clone c = {.signal = SIGCHLD};
    (void)a;
    return clone(&c);
}

int64_t call_vfork(const uint64_t *a)
{
    struct clone c = {.flags = CLONE_VM | CLONE_VFORK, .signal = SIGCHLD};
    (void)a;
    return clone(&c);
}

int64_t call_clone(const uint64_t *a)
{
    struct clone c = {.flags = a[0] & UINT32_MAX & ~(uint64_t)CLONE_SIGNAL,
                      .signal = a[0] & CLONE_SIGNAL,
                      .stack = a[1],
                      .parent_tid = a[2],
                      .child_tid = a[3],
                      .tls = a[4]};
    return clone(&c);
}

int64_t call_clone3(const uint64_t *a)
{
    struct clone c;
    if (a[1] < sizeof(c)) {
        return -EINVAL;
    }
    if (a[1] > 4096) {
        return -E2BIG;
    }
    return uaccess_read(&c, a[0], sizeof(c)) ? -EFAULT : clone(&c);
}

/* The last thread's end is the process's. */
int64_t call_exit(const uint64_t *a)
{
    futex_leave();
    if (thread_count() == 1) {
        process_end((int)(a[0] & 0xff) << 8);
    }
    thread_end();
    return CALL_WAITS;
}

int64_t call_exit_group(const uint64_t *a)
{
    process_end((int)(a[0] & 0xff) << 8);
}

/* With other threads to run, it looks for an end now and then: no request of
 * the keeper waits for children and for files at once. */
static int64_t wait_for(int32_t pid, uint32_t flags, int32_t *status,
                        struct rusage *usage)
{
    bool alone = thread_alone();
    uint32_t now = alone ? flags : flags | WNOHANG;
    int64_t found = request4(SYS_wait4, (int64_t)pid, 0, now, 8);
    if (found == 0 && !alone && !(flags & WNOHANG)) {
        return thread_wait(WAIT_TIME, host_now() + SLICE, WOKEN_RETRY);
    }
    memcpy(status, request_data(), sizeof(*status));
    memcpy(usage, request_data() + 8, sizeof(*usage));
    return found;
}

int64_t call_wait4(const uint64_t *a)
{
    int32_t status;
    struct rusage usage;
    int64_t pid = wait_for((int32_t)a[0], (uint32_t)a[2], &status, &usage);
    if (pid <= 0) {
        return pid;
    }
    if ((a[1] && uaccess_write(a[1], &status, sizeof(status))) ||
        (a[3] && uaccess_write(a[3], &usage, sizeof(usage)))) {
        return -EFAULT;
    }
    return pid;
}

int64_t call_waitid(const uint64_t *a)
{
    struct siginfo information;
    struct rusage usage;
    bool alone = thread_alone();
    uint64_t flags = a[3] & UINT32_MAX;
    int64_t error =
        request(SYS_waitid, (uint64_t)(int32_t)a[0], a[1] & UINT32_MAX, 0,
                alone ? flags : flags | WNOHANG, sizeof(information), 0);
    if (error) {
        return error;
    }
    memcpy(&information, request_data(), sizeof(information));
    memcpy(&usage, request_data() + sizeof(information), sizeof(usage));
    if (information.si_pid == 0 && !alone && !(flags & WNOHANG)) {
        return thread_wait(WAIT_TIME, host_now() + SLICE, WOKEN_RETRY);
    }
    if ((a[2] && uaccess_write(a[2], &information, sizeof(information))) ||
        (a[4] && uaccess_write(a[4], &usage, sizeof(usage)))) {
        return -EFAULT;
    }
    return 0;
}

int64_t call_gettid(const uint64_t *a)
{
    (void)a;
    return thread_current()->tid;
}

int64_t call_set_tid_address(const uint64_t *a)
{
    thread_current()->clear_tid = a[0];
    return thread_current()->tid;
}

int64_t call_set_robust_list(const uint64_t *a)
{
    if (a[1] != ROBUST_SIZE) {
        return -EINVAL;
    }
    thread_current()->robust = a[0];
    return 0;
}

/* Of a thread of this process, 0 is this one; others' are not ours to tell. */
int64_t call_get_robust_list(const uint64_t *a)
{
    int32_t tid = (int32_t)a[0];
    uint64_t size = ROBUST_SIZE;
    const struct thread *t = tid ? 0 : thread_current();
    for (unsigned i = 0; !t && i < thread_places(); i++) {
        t = thread_at(i);
        t = t && t->tid == tid ? t : 0;
    }
    if (!t) {
        return -EPERM;
    }
    if (uaccess_write(a[2], &size, sizeof(size)) ||
        uaccess_write(a[1], &t->robust, sizeof(t->robust))) {
        return -EFAULT;
    }
    return 0;
}

/* Others of this process first; else others of the machine. */
int64_t call_sched_yield(const uint64_t *a)
{
    (void)a;
    if (!thread_alone()) {
        return thread_wait(WAIT_TIME, 0, 0);
    }
    return request1(SYS_sched_yield, 0);
}
