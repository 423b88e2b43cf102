#include "libos/unix/xo5/keeper/text.h"

#include <stddef.h>

#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/xo5/keeper/object.h"
#include "libos/unix/xo5/keeper/own.h"
#include "libos/unix/xo5/layout.h"

#define PAGE 4096ull
#define DATA_AT (LIBOS_CORE - LIBOS_BASE) /* variables are linked there */

/* The frames of its text, for seal_text. */
static uint64_t frames[LIBOS_TEXT_TABLES * TABLE_ENTRIES];

/* Is [start, start + size) inside [0, end)? */
static bool inside(uint64_t start, uint64_t size, uint64_t end)
{
    return start <= end && size <= end - start;
}

static const char *check(const struct object_head *e, uint64_t size)
{
    if (size < sizeof(*e) ||
        memcmp(e->ident, OBJECT_IDENT, OBJECT_IDENT_SIZE) != 0 ||
        e->machine != OBJECT_X86_64 || e->type != OBJECT_SHARED) {
        return "is no shared object for x86-64";
    }
    if (e->program_size != sizeof(struct object_program) ||
        e->programs % 8 != 0 ||
        !inside(e->programs, e->program_count * sizeof(struct object_program),
                size)) {
        return "has damaged program headers";
    }
    return NULL;
}

/* Puts instructions and constants where all processes will see them. */
static const char *load_text(const uint8_t *file,
                             const struct object_program *p, struct text *text)
{
    uint64_t end = p->va + p->memory_size;
    if (p->va % PAGE != 0 || end > LIBOS_TEXT_TABLES * LIBOS_TABLE) {
        return "has text where there is no place for it";
    }
    text->constants = p->va == 0 ? end : text->constants;
    for (uint64_t at = p->va; at < end; at += PAGE) {
        uint64_t frame = own_page(OWN_TEXT + at);
        uint64_t table = own_table(OWN_TEXT + at);
        if (frame == 0) {
            return "does not fit into memory";
        }
        frames[at / PAGE] = frame;
        text->tables[at / LIBOS_TABLE] = table;
        uint64_t done = at - p->va, left = p->file_size - done;
        memcpy(own_at(OWN_TEXT + at), file + p->offset + done,
               left < PAGE ? left : PAGE);
    }
    return NULL;
}

/* Its variables; the file's own bytes are changed by relocate(). */
static const char *load_data(const uint8_t *file,
                             const struct object_program *p, struct text *text)
{
    if (p->va != DATA_AT || p->memory_size > CORE_TABLES) {
        return "has variables where there is no place for them";
    }
    text->data = file + p->offset;
    text->data_size = p->file_size;
    text->core_size = p->memory_size;
    return NULL;
}

/* Lets nobody store to it any more, the keeper neither. */
static void seal_text(const struct object_program *p, const struct text *text)
{
    unsigned rights = RIGHT_R | (p->flags & PROGRAM_X ? RIGHT_X : 0);
    for (uint64_t at = p->va; at < p->va + p->memory_size; at += PAGE) {
        uint64_t table = text->tables[at / LIBOS_TABLE];
        op_update(entry_name(table, at / PAGE % TABLE_ENTRIES),
                  frames[at / PAGE], RIGHTS(rights, rights | RIGHT_SHARE));
    }
}

/* Where a word of the object is now: among the constants, or in the copy of
 * the variables; NULL if it is in neither. */
static uint64_t *word_at(uint8_t *data, const struct text *text, uint64_t va)
{
    if (inside(va, 8, text->constants)) {
        return own_at(OWN_TEXT + va);
    }
    return va >= DATA_AT && inside(va - DATA_AT, 8, text->data_size)
               ? (uint64_t *)(data + (va - DATA_AT))
               : NULL;
}

/* Pointers: relative ones alone. */
static const char *relocate(const uint8_t *file, uint8_t *data,
                            const struct text *text,
                            const struct object_program *dynamic)
{
    uint64_t at = 0, bytes = 0;
    for (const struct object_dynamic *d =
             (const void *)(file + dynamic->offset);
         d->tag != DYNAMIC_END; d++) {
        at = d->tag == DYNAMIC_RELOCATIONS ? d->value : at;
        bytes = d->tag == DYNAMIC_RELOCATIONS_SIZE ? d->value : bytes;
    }
    if (text->tables[0] == 0 || !inside(at, bytes, text->constants)) {
        return "has damaged relocations";
    }
    const struct object_relocation *r = own_at(OWN_TEXT + at);
    for (; bytes >= sizeof(*r); bytes -= sizeof(*r), r++) {
        uint64_t *place = word_at(data, text, r->place);
        if (RELOCATION_TYPE(r->info) != RELOCATION_RELATIVE || place == NULL) {
            return "has relocations that are not its own affair";
        }
        *place = LIBOS_BASE + r->addend;
    }
    return NULL;
}

const char *text_load(const uint8_t *file, uint64_t size, struct text *text)
{
    static uint8_t variables[CORE_TABLES];
    const struct object_head *e = (const void *)file;
    const char *wrong = check(e, size);
    const struct object_program *p = (const void *)(file + e->programs),
                                *dynamic = NULL;
    memset(text, 0, sizeof(*text));
    for (unsigned i = 0; wrong == NULL && i < e->program_count; i++) {
        if (!inside(p[i].offset, p[i].file_size, size)) {
            wrong = "has damaged program headers";
        } else if (p[i].type == PROGRAM_DYNAMIC) {
            dynamic = &p[i];
        } else if (p[i].type == PROGRAM_LOAD) {
            wrong = p[i].flags & PROGRAM_W ? load_data(file, &p[i], text)
                                           : load_text(file, &p[i], text);
        }
    }
    if (wrong == NULL) {
        memcpy(variables, text->data, text->data_size);
        wrong = dynamic == NULL ? "says nothing of how it is bound"
                                : relocate(file, variables, text, dynamic);
        for (unsigned i = 0; i < e->program_count; i++) {
            if (p[i].type == PROGRAM_LOAD && !(p[i].flags & PROGRAM_W)) {
                seal_text(&p[i], text);
            }
        }
        text->data = variables;
        text->entry = LIBOS_BASE + e->entry;
    }
    return wrong;
}
