/*
 * A small machine on the host: the kernel's books and memory, what the
 * processor was told to do, and the state of it all as bytes.
 */
#ifndef XO5_SEARCH_HOST_H
#define XO5_SEARCH_HOST_H

#include "core/books.h"
#include "core/cpu.h"
#include "core/tables.h"

#define ENTRY_COUNT (FRAMES_MAX * TABLE_ENTRIES)
#define EXTENTS2 (FRAMES_MAX / TABLE_ENTRIES)
#define EXTENTS3 (EXTENTS2 / TABLE_ENTRIES)
#define FLUSHES_KEPT 4

/* Where boot puts things; what is not listed is FREE or part of a dirty
 * unit. Frame 0 is the directory. */
#define FRAME_DIRECTORY 0
#define FRAME_TOP 2       /* init's top table */
#define FRAME_CONTEXT_1 3 /* init's context */

/* The groups of every machine. */
#define GROUP_OF_PORTS 0
#define GROUP_OF_IRQ 1
#define IRQ_LINE 4

/* All that the kernel remembers, byte for byte. */
struct snapshot {
    struct frame frames[FRAMES_MAX];
    struct process processes[PROCESS_MAX];
    struct group groups[GROUP_MAX];
    struct cpu_state cpus[CPU_MAX];
    uint16_t extents2[EXTENTS2], extents3[EXTENTS3];
    uint64_t entries[ENTRY_COUNT];
};

/* What an operation told the processor since host_listen. */
struct heard {
    unsigned flushes;
    struct flushed { /* memory, as it was at that moment */
        struct frame frames[FRAMES_MAX];
        uint64_t entries[ENTRY_COUNT];
    } flushed[FLUSHES_KEPT];
    uint32_t reset;            /* bit n: registers of process n */
    uint32_t masked, unmasked; /* interrupt lines */
    bool switch_asked;
};
extern struct heard heard;

/* The machine as it is booted. */
void host_boot(void);

void host_save(struct snapshot *image);
void host_load(const struct snapshot *image);

/* True if nothing differs from the image. */
bool host_same(const struct snapshot *image);

/* Fills memory that nobody may write, which host_between leaves alone. */
void host_fill(void);

/* Forgets what was heard. */
void host_listen(void);

/* True if nothing was heard. */
bool host_silent(void);

/* The way out of the kernel, as ring3/switch.c goes it: the processor has the
 * ports of the process that runs. */
void host_leave(void);

/* Nobody rests any more. */
void host_rested(void);

/* True if ring 3 may use exactly the ports of the process that runs. */
bool host_ports_right(void);

/* True for an entry of the directory that is no process's: the upper half. */
static inline bool host_is_upper(uint64_t entry)
{
    return entry / TABLE_ENTRIES == FRAME_DIRECTORY &&
           entry % TABLE_ENTRIES >= PROCESS_MAX;
}

/* What stands in memory that processes can write: an entry, or an
 * acceptance, that would be worth something if it stood in a table. */
uint64_t host_forged(uint64_t entry);

/* What stands in memory that nobody may write. */
uint64_t host_sentinel(uint64_t entry);

/*
 * What processes and the processor do between two operations, at its worst:
 * memory that processes can write, and what a dirty unit keeps, is full of
 * forged entries; live entries are accessed and dirty. What is kept for
 * people to read (why a process has no CPU, how much was taken from it) is
 * set to one value, so that states do not differ by it.
 */
void host_between(void);

/* The values that host_between sets. */
#define USUAL_REASON REASON_FAULT
#define USUAL_VECTOR 14
#define USUAL_TAKEN (TAKEN_MAX + 1)

#endif
