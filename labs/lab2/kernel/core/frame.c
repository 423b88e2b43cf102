/*
 * Exercise 2.1. Frame records and extents.
 */
#include "core/frame.h"

#include "core/tables.h"
#include "lib/exercise.h"

void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count)
{
    /*
     * TODO 1: the frames of the RAM regions, and of nothing else: there may
     *         be no memory behind the record of another.
     * TODO 2: what lies in a region of another kind is no RAM after all, not
     *         even in part. Regions overlap, begin and end anywhere, and come
     *         in any order.
     * TODO 3: of what is left, what any of the kept spans touches.
     */
    (void)info;
    (void)kept;
    (void)count;
    exercise_missing("2.1 (kernel/core/frame.c: frame_boot)");
}

bool frame_is_free(uint64_t frame, unsigned level)
{
    /*
     * TODO 1: the record of the unit's first frame.
     * TODO 2: a larger unit may cover it. Where would that one's record be,
     *         and which kinds of records are of more than one frame?
     * TODO 3: all of the unit: no loop is needed, the extents know.
     */
    (void)frame;
    (void)level;
    exercise_missing("2.1 (kernel/core/frame.c: frame_is_free)");
}

void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    /*
     * TODO 1: the record, every word of it.
     * TODO 2: one record less of its 2 MiB says FREE.
     * TODO 3: and if all of them did until now, its 1 GiB has one extent
     *         less. frame_clean needs the same the other way round.
     */
    (void)frame;
    (void)kind;
    (void)level;
    (void)owner;
    exercise_missing("2.1 (kernel/core/frame.c: frame_take)");
}

void frame_drop(uint64_t frame)
{
    /*
     * TODO 1: how large is the dirty unit? A TABLE of any level is a frame.
     * TODO 2: the record. It was not FREE, and is not now.
     */
    (void)frame;
    exercise_missing("2.1 (kernel/core/frame.c: frame_drop)");
}

enum error frame_clean(uint64_t frame)
{
    /*
     * TODO 1: where did the last step end, and where does the unit?
     * TODO 2: clear the next frames (frame_clear), CLEAN_STEP at most.
     * TODO 3: not all clear yet: remember how far, and answer MORE.
     * TODO 4: all clear: the record and the extents say so.
     */
    (void)frame;
    exercise_missing("2.1 (kernel/core/frame.c: frame_clean)");
}
