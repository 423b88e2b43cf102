/*
 * The kernel's books: what every process may read of the kernel's state, and
 * what it can build its own allocator on. They stand at BOOKS_USER, read-only,
 * in all processes. What is not backed by RAM reads as zeros, so the record
 * of a frame that does not exist says KIND_NONE.
 *
 *   BOOKS_USER + 0                struct books
 *              + BOOKS_PROCESSES  struct process[PROCESS_MAX]
 *              + BOOKS_GROUPS     struct group[GROUP_MAX]
 *              + BOOKS_EXTENTS2   uint16_t[], one for each 2 MiB
 *              + BOOKS_EXTENTS3   uint16_t[], one for each 1 GiB
 *              + BOOKS_FRAMES     struct frame[FRAMES_MAX]
 *
 * No saved register and no content of memory is in them.
 */
#ifndef XO5_ABI_BOOKS_H
#define XO5_ABI_BOOKS_H

#include <stdint.h>

#include "abi/layout.h"
#include "abi/resources.h"

#define BOOKS_MAGIC 0x736b6f6f62356f78 /* "xo5books" */
#define BOOKS_CMDLINE 256

#define PROCESS_MAX 256
#define GROUP_MAX 16
#define VITAL_MAX 8

struct books {
    uint64_t magic;
    uint64_t depth;       /* levels of a root: 4 or 5 */
    uint64_t page_levels; /* largest page: 3 for 1 GiB, 2 for 2 MiB */
    uint64_t ram_frames;  /* frames of RAM in the machine */
    uint64_t image_size;  /* bytes of the root image at INIT_ROOT_IMAGE */
    uint64_t directory;   /* frame of the boot processor's root */
    uint64_t frames;      /* one past the highest frame of RAM */
    uint64_t devices;     /* how many of device[] are used */
    struct device {
        uint64_t start, end; /* frames [start, end), KIND_DEVICE; they may
                                lie far beyond all RAM */
        uint64_t id;         /* PCI: vendor | device << 16; else 0 */
    } device[16];
    char cmdline[BOOKS_CMDLINE];
    uint64_t image_frame; /* where the root image begins: frames in a row */
    uint64_t clock_rate;  /* ticks of the time-stamp counter in a second */
    uint64_t clock_start; /* what it said when clock_time was read */
    uint64_t clock_time;  /* seconds since 1970, UTC; 0: not known */
};

/*
 * One frame, or the first of a larger resource: then the records of its other
 * frames say KIND_FREE, as they did when it was made.
 */
struct frame {
    uint8_t kind;     /* enum kind */
    uint8_t level;    /* of the resource: the entry it fits */
    uint8_t flags;    /* FRAME_ bits */
    uint8_t spare;    /* 0 */
    uint16_t owner;   /* process, or 0 */
    uint16_t live;    /* of a table: how many of its entries are present */
    uint32_t refs;    /* entries that hold it, and processes whose context
                         it is */
    uint32_t cleared; /* of a dirty one: frames cleared so far */
};

#define FRAME_GIVEN 1   /* its owner gave it back; it goes with its last ref */
#define FRAME_CONTEXT 2 /* a process's context */
#define FRAME_VITAL 4   /* not to be taken while its owner lives */

enum process_state {
    PROCESS_FREE = 0,
    PROCESS_LIVE = 1,
    PROCESS_DEAD = 2, /* ended; it may still own something */
};

/* Why a process has the CPU no more. */
enum process_reason {
    REASON_NONE = 0,
    REASON_SWAP = 1,  /* it handed it over */
    REASON_FAULT = 2, /* a fault that it could not handle */
    REASON_LEASE = 3, /* its lease came to an end */
};

struct process {
    uint8_t state;       /* enum process_state */
    uint8_t reason;      /* enum process_reason */
    uint8_t vector;      /* REASON_FAULT: the exception */
    uint8_t running;     /* it has a CPU, or has lent it to another */
    uint16_t parent;     /* process, or 0 for init */
    uint16_t giver;      /* who gave it the CPU, while `running` */
    uint32_t generation; /* which use of this slot; UINT32_MAX: its last */
    uint16_t children;   /* processes whose parent it is */
    uint16_t slots;      /* processes that it may still create */
    uint64_t table;      /* frame of its top table */
    uint64_t context;    /* frame of its context */
    uint64_t owned;      /* frames of 4 KiB in the resources that it owns */
    uint64_t allowance;  /* frames that it may still come to own */
    uint64_t accepts;    /* an acceptance of KIND_CPU, or 0 */
    uint32_t groups;     /* bit n: it has group n */
    uint16_t vitals;     /* frames that it marked vital */
    uint16_t spare;
    uint64_t taken; /* entries that others took from its tables */
    uint64_t lease; /* when its giver has the CPU back, by the time-stamp
                       counter; 0: never */
    uint64_t pad[6];
};

/* Ports or one interrupt line that a process can have: RESOURCE_PORTS(n) or
 * RESOURCE_IRQ(n) is group n. */
struct group {
    uint16_t kind;         /* 0: none; GROUP_PORTS; GROUP_IRQ */
    uint16_t first, count; /* ports; or the interrupt line and 1 */
    uint16_t holder;       /* of an interrupt: the process told of it */
};

#define GROUP_PORTS 1
#define GROUP_IRQ 2

#endif
