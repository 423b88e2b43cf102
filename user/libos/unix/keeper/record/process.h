/*
 * Records of processes: one page each. A process has a pid, and a slot of the
 * machine's while it lives; a record is named by its index, 0 to
 * PROCESSES - 1, and stays until its parent has been told that it ended.
 */
#ifndef XO5_UNIX_KEEPER_RECORD_PROCESS_H
#define XO5_UNIX_KEEPER_RECORD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libos/unix/keeper/record/machine.h"
#include "libos/unix/linux-abi/abi.h"

#define PROCESSES 256
#define PID_MAX 32767
#define DESCRIPTORS 1024
#define DESCRIPTOR_CLOEXEC 0x8000 /* in `files`, beside a description */
#define NEVER UINT64_MAX          /* a deadline */

enum state {
    STATE_RUNS,  /* or could: it has its answer */
    STATE_WAITS, /* for the answer to its request */
    STATE_ENDED, /* its parent has not been told yet */
};

/* What a process waits for; some kinds have a number beside them. */
enum wait_kind {
    WAIT_ANY,    /* whatever happens */
    WAIT_CHILD,  /* news of a child of the process with that pid */
    WAIT_FORKED, /* the child with that pid calls exec or ends */
    WAIT_LOCK,   /* a lock on that inode goes */
    WAIT_PIPE,   /* that pipe */
    WAIT_SIGNAL, /* nothing but a signal and the time */
    WAIT_TTY,    /* the terminal */
};

struct sender { /* what siginfo_t tells of a pending signal */
    uint16_t pid;
    int8_t code;
    uint8_t pad;
    uint16_t status;
};

struct process {
    uint32_t pid, parent, group, session;
    uint16_t slot, index;
    uint8_t state; /* enum state */
    uint8_t kind;  /* enum wait_kind, while it waits */
    int8_t nice;   /* -NICE_LIMIT to NICE_LIMIT - 1 */
    bool stopped;
    bool stop_news;     /* its parent can be told that it stopped, */
    bool continue_news; /* or that it goes on */
    bool executed;      /* it has called exec */
    bool dying;         /* it is killed, and has its last turn, */
    bool told;          /* of which a request's answer has told it */
    bool tty;           /* its session's terminal is the terminal */
    uint32_t wait_for;  /* the number beside the kind */
    int status;         /* that it ended with, as wait4 tells it */
    uint32_t stop_signal;

    /* The request that it is in. */
    uint64_t number, a[6];
    uint64_t done;     /* how much of it, in earlier tries */
    uint64_t deadline; /* as machine_now counts, or NEVER */
    bool again;        /* this is not the first try */
    uint32_t held;     /* a description that has no descriptor yet */

    uint64_t pending;
    struct sender senders[SIGNALS];
    uint64_t alarm, alarm_interval; /* when, and then each; NEVER: off. Of one
                                       that is dying: when it ends */

    uint64_t user, system, children_user, children_system; /* ns */
    uint64_t began;                                        /* machine_now */
    uint32_t umask;
    uint32_t directory; /* a vnode (lookup.h) that it holds */
    uint32_t cmdline;   /* a page (cmdline.h) */
    uint32_t mapped;    /* a list (mapping.h) that it uses */
    uint32_t waiters, waiter_count, woken; /* its threads (futex.h) */
    char name[16];

    uint64_t used[DESCRIPTORS / 64]; /* which of `files` are open */
    uint16_t files[DESCRIPTORS];     /* descriptions, and DESCRIPTOR_CLOEXEC */
};

_Static_assert(sizeof(struct process) <= KEEPER_PAGE, "a record is a page");

/* No processes. */
void process_begin(void);

/* The records by index, which process.c alone changes. */
extern struct process *process_records[PROCESSES]; /* NULL: none */
extern unsigned process_record_top;

/* All records have an index below this. */
static inline unsigned process_top(void)
{
    return process_record_top;
}

/* The record at that index, of that pid, in that slot; NULL if there is none.
 * process_alive: neither if it has ended. */
static inline struct process *process_at(unsigned index)
{
    return process_records[index];
}

struct process *process_find(uint32_t pid);
struct process *process_alive(uint32_t pid);
struct process *process_in(unsigned slot);

/* A record of zeros but for its index and a pid of its own; NULL if there is no
 * room. */
struct process *process_new(void);

/* It is in that slot from now on; in none any more. */
void process_enter(struct process *process, unsigned slot);
void process_leave(const struct process *process);

/* Forgets one that has ended. */
void process_forget(struct process *process);

/* How many there are. */
uint32_t process_count(void);

#endif
