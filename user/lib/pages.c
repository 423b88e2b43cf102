/*
 * A mapper for programs that cannot read their own tables: what was attached
 * where is kept in shadows, and tables are made on the way down when they are
 * first needed.
 */
#include "lib/pages.h"

#include <stdbool.h>
#include <stddef.h>

#include "lib/assert.h"
#include "lib/books.h"
#include "lib/frames.h"
#include "lib/process.h"

/* With four levels a top entry is 1 GiB: those from 64 GiB on, up to the root
 * image at 256 GiB, are ours. With five the kernel's part of init is all in
 * the first, of 512 GiB: ours is what follows. */
#define FIRST_OF_4 0x1000000000
#define FIRST_OF_5 0x8000000000
#define GIGABYTE 0x40000000
#define OF_CHILDREN 1 /* the first of them: lib/child.c's windows */

struct shadow {
    uint64_t table; /* 0: not in use */
    uint64_t top;   /* of the space that it is in */
    unsigned level;
    uint64_t holds[TABLE_ENTRIES]; /* a resource; 0 for none */
};

static struct shadow shadows[PAGES_TABLES];

static struct shadow *shadow_of(uint64_t table)
{
    for (unsigned i = 0; i < PAGES_TABLES; i++) {
        if (shadows[i].table == table) {
            return &shadows[i];
        }
    }
    return NULL;
}

/* The shadow of a table that is new to the mapper; NULL if none is left. */
static struct shadow *shadow_make(uint64_t table, uint64_t top, unsigned level)
{
    struct shadow *s = shadow_of(0);
    if (s != NULL) {
        s->table = table;
        s->top = top;
        s->level = level;
        for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
            s->holds[i] = 0;
        }
    }
    return s;
}

static unsigned index_of(uint64_t va, unsigned level)
{
    return va >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

struct space pages_own(void)
{
    return pages_space(books_process(process_number)->table,
                       (unsigned)books_head()->depth, process_number);
}

struct space pages_space(uint64_t table, unsigned level, uint64_t owner)
{
    ASSERT(level >= 2 && level <= 5, "pages_space: a TABLE of level 2 to 5");
    return (struct space){table, level, owner};
}

uint64_t pages_address(unsigned n)
{
    ASSERT(n < PAGES_SLOTS, "pages_address: from 0 to PAGES_SLOTS - 1");
    uint64_t first = books_head()->depth == 4 ? FIRST_OF_4 : FIRST_OF_5;
    return first + (OF_CHILDREN + n) * (uint64_t)GIGABYTE;
}

/* Makes the table that entry i of a table shall hold. */
static enum error make_table(const struct space *space, struct shadow *s,
                             unsigned i)
{
    unsigned level = s->level - 1;
    if (shadow_of(0) == NULL) {
        return E_FULL;
    }
    uint64_t table = frames_take(level, KIND_TABLE, space->owner);
    if (table == 0) {
        return E_ALLOWANCE;
    }
    enum error error = op_attach(entry_name(s->table, i), table,
                                 RIGHTS(RIGHTS_RWX, RIGHTS_ALL), 0, 0);
    /* What is refused is not noted: shadows say what is there. */
    if (error != OK) {
        frames_give(table);
        return error;
    }
    s->holds[i] = table;
    shadow_make(table, space->table, level);
    return OK;
}

/* Finds the table that has the entry of that level for an address; makes
 * what is missing if `make`. */
static enum error walk(const struct space *space, uint64_t va, unsigned level,
                       bool make, struct shadow **found)
{
    ASSERT(level >= 1 && level < space->level,
           "pages: an entry of the space, of level 1 or more");
    struct shadow *s = shadow_of(space->table);
    if (s == NULL) {
        s = shadow_make(space->table, space->table, space->level);
    }
    while (s != NULL && s->level - 1 > level) {
        unsigned i = index_of(va, s->level - 1);
        if (s->holds[i] == 0) {
            enum error error = make ? make_table(space, s, i) : E_MATCH;
            if (error != OK) {
                return error;
            }
        }
        s = shadow_of(s->holds[i]);
        /* A table that the mapper did not make: somebody's subtree, whose
         * entries are not known here. */
        if (s == NULL || s->top != space->table) {
            return E_BUSY;
        }
    }
    *found = s;
    return s == NULL ? E_FULL : OK;
}

enum error pages_entry(const struct space *space, uint64_t va, unsigned level,
                       uint64_t *entry)
{
    struct shadow *s;
    enum error error = walk(space, va, level, true, &s);
    if (error == OK) {
        *entry = entry_name(s->table, index_of(va, level));
    }
    return error;
}

enum error pages_map(const struct space *space, uint64_t va, uint64_t resource,
                     unsigned level, uint64_t rights)
{
    return pages_share(space, va, resource, level, rights, 0, 0);
}

enum error pages_share(const struct space *space, uint64_t va,
                       uint64_t resource, unsigned level, uint64_t rights,
                       uint64_t source, uint64_t via)
{
    struct shadow *s;
    ASSERT(va % pages_size(level) == 0, "pages_map: at its own size");
    enum error error = walk(space, va, level, true, &s);
    if (error != OK) {
        return error;
    }
    ASSERT(s->level == level + 1,
           "pages_map: a table of entries of that level");
    unsigned i = index_of(va, level);
    error = op_attach(entry_name(s->table, i), resource, rights, source, via);
    if (error == OK) {
        ASSERT(s->holds[i] == 0, "pages_map: the entry was empty");
        s->holds[i] = resource;
    }
    return error;
}

enum error pages_fresh(const struct space *space, uint64_t va, uint64_t *frame)
{
    *frame = frames_take(1, KIND_MEMORY, process_number);
    if (*frame == 0) {
        return E_ALLOWANCE;
    }
    enum error error = pages_map(space, va, *frame, 1, RIGHTS_PAGE);
    if (error != OK) {
        frames_give(*frame);
    }
    return error;
}

uint64_t pages_resource(const struct space *space, uint64_t va, unsigned level)
{
    struct shadow *s;
    return walk(space, va, level, false, &s) == OK
               ? s->holds[index_of(va, level)]
               : 0;
}

enum error pages_protect(const struct space *space, uint64_t va, unsigned level,
                         uint64_t rights)
{
    struct shadow *s;
    enum error error = walk(space, va, level, false, &s);
    unsigned i = index_of(va, level);
    if (error != OK || s->holds[i] == 0) {
        return error != OK ? error : E_MATCH;
    }
    return op_update(entry_name(s->table, i), s->holds[i], rights);
}

enum error pages_unmap(const struct space *space, uint64_t va, unsigned level)
{
    enum error error = pages_protect(space, va, level, RIGHTS_NONE);
    if (error == OK) {
        pages_note(space, va, level, 0);
        ASSERT(pages_resource(space, va, level) == 0,
               "pages_unmap: nothing is mapped there");
    }
    return error;
}

void pages_note(const struct space *space, uint64_t va, unsigned level,
                uint64_t resource)
{
    struct shadow *s;
    if (walk(space, va, level, false, &s) == OK) {
        s->holds[index_of(va, level)] = resource;
    }
}

/* Empties a table and all tables beneath it that the mapper made. */
static enum error clear(struct shadow *s)
{
    enum error first = OK;
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t resource = s->holds[i];
        struct shadow *below = resource == 0 ? NULL : shadow_of(resource);
        /* A subtree that was attached from elsewhere is detached and left as
         * it is. */
        bool made = below != NULL && below->top == s->top;
        enum error error = made ? clear(below) : OK;
        if (first == OK) {
            first = error;
        }
        if (resource != 0) {
            error = op_update(entry_name(s->table, i), resource, RIGHTS_NONE);
        }
        if (made && error == OK) {
            error = frames_give(resource);
        }
        if (first == OK) {
            first = error;
        }
    }
    s->table = 0;
    return first;
}

enum error pages_clear(const struct space *space)
{
    struct shadow *s = shadow_of(space->table);
    return s == NULL ? OK : clear(s);
}

void pages_reset(void)
{
    for (unsigned i = 0; i < PAGES_TABLES; i++) {
        shadows[i].table = 0;
    }
}
