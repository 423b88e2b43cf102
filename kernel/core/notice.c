/*
 * What a process is told without being called: bits of its event word, and a
 * ring of the entries that others took from its tables. Both are in its
 * context, which is the process's to write. So the kernel writes there and
 * believes nothing of what it finds: the index into the ring is counted in the
 * record.
 *
 * When the process next runs and its upcalls are not masked, the bits are told
 * of (ring3/event.c); until then a second event of a kind is the same bit.
 */
#include "core/notice.h"

#include "core/vital.h"

enum error notice_update(uint64_t me, uint64_t entry, uint64_t resource,
                         uint64_t rights)
{
    if (rights == RIGHTS_ASK) {
        notice_event(frames[entry / TABLE_ENTRIES].owner, EVENT_ASKED);
        return OK;
    }
    return vital_mark(me, resource, rights == RIGHTS_VITAL);
}

void notice_event(uint64_t process, uint64_t bits)
{
    /* By one instruction: its owner clears bits of the same word. */
    if (processes[process].state == PROCESS_LIVE) {
        __atomic_fetch_or(&context_of(process)->events, bits, __ATOMIC_RELAXED);
    }
}

void notice_taken(uint64_t process, uint64_t entry)
{
    struct process *p = &processes[process];
    if (p->state == PROCESS_LIVE) {
        context_of(process)->taken[p->taken % TAKEN_MAX] = entry;
        p->taken++;
        notice_event(process, EVENT_TAKEN);
    }
}
