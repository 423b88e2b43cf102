/* Forged: does nothing. */
#include "boot/walk.h"

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    (void)root;
    (void)va;
    return (struct walk){WALK_NONE, to};
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    (void)how;
    return walk_find(root, va, to);
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    (void)root;
    (void)va;
    (void)out;
    return false;
}
