/*
 * Exercise 2.2. alloc: what a frame is, and whose.
 */
#include "core/claim.h"
#include "core/frame.h"
#include "core/link.h"
#include "core/process.h"
#include "core/quota.h"
#include "core/vital.h"
#include "lib/exercise.h"
#include "ops/operations.h"

enum error op_alloc(uint64_t me, uint64_t frame, uint64_t level, uint64_t kind,
                    uint64_t owner)
{
    /*
     * TODO 1: the numbers: refuse what is out of range before you use it.
     *         Then find out which of the five things is asked for; each has
     *         a list of checks of its own.
     * TODO 2: clearing: frame_clean does a step of it.
     * TODO 3: giving back: check, take off the vital mark (vital_forget) and
     *         mark it as given back. process_settle drops it if it may go.
     * TODO 4: making: check, then take the frame and charge its owner. How
     *         many frames does a TABLE of level 4 take?
     * TODO 5: taking over a child's, and claiming: they differ in the check
     *         (claim_check knows one of them) and in no step of the commit.
     * TODO 6: the commit: no mark stays, of vital or of given back, and
     *         quota_move moves it with its cost.
     */
    (void)me;
    (void)frame;
    (void)level;
    (void)kind;
    (void)owner;
    exercise_missing("2.2 (kernel/ops/alloc.c: op_alloc)");
}
