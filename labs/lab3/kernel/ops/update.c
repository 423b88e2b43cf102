/*
 * Exercise 3.2. update: what an entry allows, and revocation.
 */
#include "core/accept.h"
#include "core/flush.h"
#include "core/group.h"
#include "core/notice.h"
#include "core/process.h"
#include "core/vital.h"
#include "lib/exercise.h"
#include "ops/operations.h"

enum error op_update(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights)
{
    /*
     * TODO 1: the entry's range; in the directory, the word for the resource
     *         says whether this is group_update's or process_update's.
     * TODO 2: refuse rights words that say nothing. An empty entry of a table
     *         is accept_update's.
     * TODO 3: a live entry: does it hold that, and what am I to it: who may
     *         edit its table, whose the resource is, or both?
     * TODO 4: words that change no rights go to notice_update.
     * TODO 5: what may I set, being that? Vital pages come first.
     * TODO 6: commit, in this order: the store, flush_change, what the
     *         table's owner must hear, and only then the counts.
     */
    (void)me, (void)entry, (void)resource, (void)rights;
    exercise_missing("3.2 (kernel/ops/update.c: op_update)");
}
