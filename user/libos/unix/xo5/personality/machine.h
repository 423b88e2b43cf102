/* What the files of the personality's machine on xo5 share. */
#ifndef XO5_UNIX_XO5_PERSONALITY_MACHINE_H
#define XO5_UNIX_XO5_PERSONALITY_MACHINE_H

#include "abi/context.h"
#include "libos/unix/xo5/link.h"

/* This process's link. */
struct link *machine_link(void);

/* Asks the keeper's machine part, LINK_ request; its answer. */
int64_t machine_ask(uint64_t request, uint64_t a, uint64_t b, uint64_t c,
                    uint64_t d);

/* Called by enter.S: the start; a fault and an event, with the registers to go
 * on with. */
void machine_start(void);
void machine_fault(struct registers *trap);
void machine_event(struct registers *trap);

/* The program's registers while the library OS runs for it. */
extern struct registers machine_program;

/* A fork has been answered, in parent or child. (fault.c) */
void machine_forked(void);

#endif
