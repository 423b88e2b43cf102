/*
 * Upcalls: what the kernel tells a process at once, as C functions. They run
 * on a stack of their own (UPCALL_STACK bytes, shared by faults and events),
 * unmasked, so that they may fault and be interrupted themselves. They are
 * called with the program's registers, which they may change: the program
 * goes on with these when they return, without the kernel.
 *
 * Any process may install them for itself; 0 takes a handler away again.
 * Nothing of the FPU is saved: handlers leave it alone, as all C of xo5 does.
 */
#ifndef XO5_USER_UPCALL_H
#define XO5_USER_UPCALL_H

#include "abi/context.h"

#define UPCALL_STACK 16384

typedef void upcall_fault(struct registers *trap);
typedef void upcall_event(uint64_t bits, struct registers *trap);
typedef uint64_t upcall_call(struct registers *call);

/* Faults: vector, error and address are in `trap`; its rip is that of the
 * instruction, which is tried again unless the handler moves it. */
void upcall_on_fault(upcall_fault *handler);

/* Events: `bits` are taken out of the event word. Called too after a fault's
 * handler if events came meanwhile, and until there are no more. */
void upcall_on_event(upcall_event *handler);

/* Foreign system calls: registers as they were but rcx and r11; rip is what
 * follows the `syscall`. What the handler returns goes into rax. It runs on
 * the program's stack, below the red zone. */
void upcall_on_call(upcall_call *handler);

/* Forgets all of them: in a child that has its parent's data. */
void upcall_reset(void);

#endif
