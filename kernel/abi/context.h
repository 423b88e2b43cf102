/*
 * The context: one page that a process and the kernel both write, so that
 * they can tell each other what does not fit an operation's answer. The
 * kernel reads each word once and trusts none.
 *
 * A process ends by writing `status`, then `ended`, and raising a fault that
 * nobody handles. A process that faults so without `ended` has crashed.
 */
#ifndef XO5_ABI_CONTEXT_H
#define XO5_ABI_CONTEXT_H

#include <stdint.h>

#define CONTEXT_ENDED 0x6465646e65356f78 /* "xo5ended" */

/* The registers of a program. cs and ss are always ring 3's. */
struct registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, rflags, rsp;
    uint64_t vector, error, address; /* of a fault: SDM 3A, 7.15; CR2 */
};

#define UPCALL_EVENT 256 /* the "vector" of an event; `address`: events */

#define BATCH_MAX 32
#define TAKEN_MAX 32

struct batch_call {
    uint64_t number; /* OP_CREATE to OP_SWAP */
    uint64_t a, b, c, d, e;
};

struct context {
    uint64_t ended;  /* CONTEXT_ENDED: the next fault is the end */
    uint64_t status; /* what the process ended with */

    /* Upcalls: where they enter, or 0 for "none". A fault and an event enter
     * with the mask set, rdi = vector, rsi = error code, rdx = address, on
     * the upcall stack; below the red zone of rsp, if rsp is on that stack
     * already. A foreign call enters with every register as it was but rcx
     * and r11, and leaves the mask alone. */
    uint64_t entry_fault, entry_event, entry_call;
    uint64_t stack_low, stack_high;
    uint64_t mask;   /* not 0: a fault takes the CPU away, events wait */
    uint64_t events; /* EVENT_ bits, set by the kernel, cleared by you */

    uint64_t call_rip, call_rflags; /* of the last foreign call */
    struct registers trap;          /* of the last fault or event upcall */
    struct registers cpu;           /* while the CPU is away */

    /* The last entries that another process took from your tables: entry
     * number n, counting from 0, is in taken[n % TAKEN_MAX]; the count is
     * struct process's. */
    uint64_t taken[TAKEN_MAX];

    /* EVENT_LEASE so many ticks of the time-stamp counter before a lease ends;
     * 0: none. Read when the CPU comes. */
    uint64_t notice;

    uint64_t batch_count; /* how many of batch[] OPERATION_BATCH runs */
    struct batch_call batch[BATCH_MAX];
};

#define EVENT_TAKEN (1ull << 32)   /* see `taken` */
#define EVENT_ASKED (1ull << 33)   /* somebody wants something back */
#define EVENT_LEASE (1ull << 34)   /* your lease ends soon: `notice` */
#define EVENT_IRQ(n) (1ull << (n)) /* interrupt group n */

#endif
