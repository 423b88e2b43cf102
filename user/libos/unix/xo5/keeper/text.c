/*
 * The library OS's own text, loaded once for all: its instructions and
 * constants lie in frames and tables of the keeper's, which each process has,
 * without W. Its variables are kept as they are at the start, to fill each core
 * with. Addresses in it are relocated here, as it lies at the same place
 * everywhere.
 */
#include "libos/unix/xo5/keeper/text.h"

#include <stddef.h>

#include "lib/operations.h"
#include "lib/string.h"
#include "libos/unix/xo5/keeper/memory.h"
#include "libos/unix/xo5/layout.h"

#define PAGE 4096ull
#define DATA_AT (LIBOS_CORE - LIBOS_BASE) /* variables are linked there */

const struct room text_room = {
    .text_end = LIBOS_TEXT_TABLES * LIBOS_TABLE,
    .data_start = DATA_AT,
    .data_end = DATA_AT + CORE_TABLES,
    .launcher = LAUNCH_KEEPER,
    .relocates = true,
};

/* The frames of its text, for seal_text. */
static uint64_t frames[LIBOS_TEXT_TABLES * TABLE_ENTRIES];
/* Its variables as they are at the start. */
static uint8_t variables[CORE_TABLES];

/* Puts instructions and constants where all processes will see them. */
static bool load_text(const struct part *p, struct text *text)
{
    for (uint64_t at = p->start; at < p->end; at += PAGE) {
        uint64_t frame = memory_page(MEMORY_TEXT + at);
        uint64_t table = memory_table(MEMORY_TEXT + at);
        if (frame == 0) {
            return false;
        }
        frames[at / PAGE] = frame;
        text->tables[at / LIBOS_TABLE] = table;
        uint64_t done = at - p->start;
        uint64_t left = done < p->count ? p->count - done : 0;
        memcpy(memory_at(MEMORY_TEXT + at), p->bytes + done,
               left < PAGE ? left : PAGE);
    }
    return true;
}

static void load_data(const struct part *p, struct text *text)
{
    uint64_t at = p->start - DATA_AT;
    memcpy(variables + at, p->bytes, p->count);
    text->data_size = at + p->count;
    text->core_size = p->end - DATA_AT;
}

/* Lets nobody store to it any more, the keeper neither. */
static void seal_text(const struct part *p, const struct text *text)
{
    for (uint64_t at = p->start; at < p->end; at += PAGE) {
        uint64_t table = text->tables[at / LIBOS_TABLE];
        op_update(entry_name(table, at / PAGE % TABLE_ENTRIES),
                  frames[at / PAGE],
                  RIGHTS(p->rights, p->rights | RIGHT_SHARE));
    }
}

static void relocate(const struct object *object)
{
    for (uint64_t n = 0; n < object->relocation_count; n++) {
        const struct relocation *r = &object->relocations[n];
        uint64_t *place = r->place >= DATA_AT
                              ? (void *)(variables + (r->place - DATA_AT))
                              : memory_at(MEMORY_TEXT + r->place);
        *place = LIBOS_BASE + r->addend;
    }
}

bool text_load(const struct object *object, struct text *text)
{
    memset(text, 0, sizeof(*text));
    for (unsigned i = 0; i < object->count; i++) {
        const struct part *p = &object->parts[i];
        if (p->rights & RIGHT_W) {
            load_data(p, text);
        } else if (!load_text(p, text)) {
            return false;
        }
    }
    relocate(object);
    for (unsigned i = 0; i < object->count; i++) {
        if (!(object->parts[i].rights & RIGHT_W)) {
            seal_text(&object->parts[i], text);
        }
    }
    text->data = variables;
    text->entry = LIBOS_BASE + object->entry;
    return true;
}
