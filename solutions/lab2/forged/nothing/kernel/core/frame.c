/* Forged: does nothing, and answers 0. */
#include "core/frame.h"

#include "core/tables.h"

void frame_boot(const struct bootinfo *info, const struct span *kept,
                unsigned count)
{
    (void)info;
    (void)kept;
    (void)count;
}

bool frame_is_free(uint64_t frame, unsigned level)
{
    (void)frame;
    (void)level;
    return 0;
}

void frame_take(uint64_t frame, unsigned kind, unsigned level, uint64_t owner)
{
    (void)frame;
    (void)kind;
    (void)level;
    (void)owner;
}

void frame_drop(uint64_t frame)
{
    (void)frame;
}

enum error frame_clean(uint64_t frame)
{
    (void)frame;
    return 0;
}
