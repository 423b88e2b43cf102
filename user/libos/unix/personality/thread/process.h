/*
 * Processes and threads: how they come to be, end, and are waited for.
 *
 * vfork, and clone with CLONE_VM and CLONE_VFORK, which posix_spawn uses: the
 * child has a copy of memory and not the memory itself, and the parent waits
 * until it calls exec or ends. Callers may tell the two apart in one way: they
 * let the child store a number on their stack if exec fails. So a child that
 * ends without exec gives its stack back (vfork.c), from where the parent's
 * was, 60 KiB at most. What it stores elsewhere is lost.
 *
 * Processes that share memory otherwise, or open files, or whose end is told
 * by another signal than SIGCHLD, are refused with -EINVAL.
 */
#ifndef XO5_UNIX_PERSONALITY_THREAD_PROCESS_H
#define XO5_UNIX_PERSONALITY_THREAD_PROCESS_H

#include <stdint.h>

#include "libos/unix/personality/base/call.h"

/* A child's end, before KEEPER_EXIT: gives the stack to a parent that waits
 * for it after vfork, if there is one. In vfork.c. */
void vfork_leave(void);

/* The same child has started another program: nothing is to be given. */
void vfork_forget(void);

/* Forks as vfork does; answers as fork. `rsp` is the program's. */
int64_t vfork_make(uint64_t rsp);

/* Ends the process with wait4's status. */
void process_end(int status) __attribute__((noreturn));

call_function call_fork, call_vfork, call_clone, call_clone3, call_exit,
    call_exit_group, call_wait4, call_waitid, call_gettid, call_set_tid_address,
    call_set_robust_list, call_get_robust_list, call_sched_yield;

#endif
