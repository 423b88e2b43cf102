/*
 * What the kernel tells a process in its context, for it to read when it
 * likes. The words of a context are written here and never believed.
 */
#ifndef XO5_CORE_NOTICE_H
#define XO5_CORE_NOTICE_H

#include "abi/context.h"
#include "abi/rights.h"
#include "core/books.h"
#include "core/tables.h"

/* A process's context. Another process may own the frame, and write it: take
 * each word once. */
static inline volatile struct context *context_of(uint64_t process)
{
    return (volatile struct context *)&tables[processes[process].context];
}

/* True for a rights word that changes no rights: RIGHTS_ASK, RIGHTS_VITAL or
 * RIGHTS_MORTAL alone. */
static inline bool notice_valid(uint64_t rights)
{
    return rights >= RIGHTS_ASK &&
           (rights == RIGHTS_ASK || rights == RIGHTS_VITAL ||
            rights == RIGHTS_MORTAL);
}

/* `update` with such a word, by a process that may edit the live entry or owns
 * what it holds: asks the table's owner, or marks the resource (vital_mark). */
enum error notice_update(uint64_t me, uint64_t entry, uint64_t resource,
                         uint64_t rights);

/* Sets bits of the process's event word. */
void notice_event(uint64_t process, uint64_t bits);

/* Tells a process, if it lives, that somebody else took R, W or X from this
 * entry of a table of its own by `update` (EVENT_TAKEN and `taken`). */
void notice_taken(uint64_t process, uint64_t entry);

#endif
