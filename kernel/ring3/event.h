/* Events: what a process is told of when it next has the CPU, unmasked. */
#ifndef XO5_RING3_EVENT_H
#define XO5_RING3_EVENT_H

#include "arch/arch.h"

/* If the running process has an event, wants to be told (entry_event) and is
 * not masked, `frame` continues there: see upcall_deliver. */
void event_deliver(uint64_t process, struct trap_frame *frame);

#endif
