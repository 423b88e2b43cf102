/*
 * Random states, in `before`. They need not satisfy the invariants; frames,
 * processes and entries are taken out of few, so that they often meet.
 */
#ifndef XO5_PROOF_COMPARE_STATES_H
#define XO5_PROOF_COMPARE_STATES_H

#include "abi/rights.h"
#include "proof/compare/host.h"

/* ---- random numbers ------------------------------------------------------ */

void random_seed(uint64_t seed);
uint64_t random_word(void);
uint64_t below(uint64_t limit);

/* True once in so many times. */
static inline bool one_in(uint64_t times)
{
    return below(times) == 0;
}

/* One of these numbers. */
#define PICK(...)                                                              \
    ((const uint64_t[]){__VA_ARGS__}[below(                                    \
        sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))])

/* ---- things out of the few ----------------------------------------------- */

uint64_t some_frame(void);   /* in a window */
uint64_t some_process(void); /* SLOT_INIT or more */
uint64_t some_entry(void);   /* in a window */
uint64_t some_rights(void);  /* valid, and often for all */
uint64_t some_level(void);   /* 1 to 5 */
uint64_t some_word(void);    /* anything that an argument can be */

/* An acceptance with that ceiling. */
uint64_t acceptance(uint64_t giver, unsigned kind, unsigned level,
                    uint64_t ceiling);

/* A live entry for that frame. */
uint64_t link_to(uint64_t frame, unsigned kind, unsigned level,
                 uint64_t rights);

/* ---- states -------------------------------------------------------------- */

static inline struct frame *frame_of(uint64_t frame)
{
    return frame_in(&before, frame);
}

static inline struct process *process_of(uint64_t process)
{
    return &before.processes[process % PROCESS_MAX];
}

static inline uint64_t *entry_of(uint64_t entry)
{
    return entry_in(&before, entry);
}

/* What every state is made of, once. */
void states_start(void);

/* A random state. */
void random_state(void);

/* Other contents for one thing. */
void random_frame(uint64_t frame);
void random_process(uint64_t process);
void random_entry(uint64_t entry);
void random_globals(void);

/* Lets one field of that thing, or one of the globals, be another. */
void change_frame(uint64_t frame);
void change_process(uint64_t process);
void change_entry(uint64_t entry);
void change_globals(void);

/* What the prover takes for granted: a directory is no context. */
void state_finish(void);

#endif
