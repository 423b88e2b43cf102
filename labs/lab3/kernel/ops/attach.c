/*
 * Exercise 3.1. attach: a resource into an empty entry.
 */
#include "core/accept.h"
#include "core/group.h"
#include "core/process.h"
#include "lib/exercise.h"
#include "ops/operations.h"

enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via)
{
    /*
     * TODO 1: the numbers: refuse what is out of range before you use it. An
     *         entry of the directory is group_attach's, with all its checks.
     * TODO 2: the rights, and then the place: may this entry be filled, and
     *         by me? accept_check answers the last part.
     * TODO 3: the resource: may it be linked at all, and does it fit there?
     * TODO 4: my claim to it: it is mine, or source and via pass it on. Look
     *         at nothing in an entry before you know what table it is in.
     * TODO 5: the counter that must not run over; then everything is checked.
     * TODO 6: commit: both counts, and one store.
     */
    (void)me, (void)entry, (void)resource, (void)rights, (void)source,
        (void)via;
    exercise_missing("3.1 (kernel/ops/attach.c: op_attach)");
}
