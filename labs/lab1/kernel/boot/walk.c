/*
 * Exercise 1.3. The walk.
 */
#include "boot/walk.h"

#include "boot/bootmem.h"
#include "lib/exercise.h"

struct walk walk_find(uint64_t root, vaddr va, unsigned to)
{
    /*
     * TODO 1: refuse an address that is not canonical; arch_depth says how
     *         many levels there are.
     * TODO 2: name the root's entry for the address.
     * TODO 3: go down while there is a table to go to and the level is
     *         above `to`.
     */
    (void)root;
    (void)va;
    (void)to;
    exercise_missing("1.3 (kernel/boot/walk.c: walk_find)");
}

struct walk walk_make(uint64_t root, vaddr va, unsigned to, unsigned how)
{
    /*
     * TODO 4: where walk_find stops too early, tell the three reasons apart.
     * TODO 5: put a table from bootmem_take (boot/bootmem.h) there, and go on.
     */
    (void)root;
    (void)va;
    (void)to;
    (void)how;
    exercise_missing("1.3 (kernel/boot/walk.c: walk_make)");
}

bool walk_translate(uint64_t root, vaddr va, struct mapping *out)
{
    /* TODO 6: what the processor would make of the address: every entry on
     *         the way has a say. */
    (void)root;
    (void)va;
    (void)out;
    exercise_missing("1.3 (kernel/boot/walk.c: walk_translate)");
}
