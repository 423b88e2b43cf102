/*
 * The first process is made as every other one will be: an empty process,
 * tables, pages, each by one operation. Three subtrees are the launcher's own
 * and are lent, so that all processes to come share them: the library OS's
 * text, its core as it is at the start, and the root image.
 *
 * Of the image no byte is copied. Its frames are attached one by one to tables
 * of ours, with SHARE in their ceilings, so that a library OS can attach them
 * on for exec and mmap; the numbers of these tables are listed in the image's
 * last page, where it finds the one that has page n.
 */
#include "launch/first.h"

#include <stddef.h>

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "lib/pages.h"
#include "lib/process.h"
#include "lib/string.h"

#define READ_ONLY RIGHTS(RIGHT_R | RIGHT_X, RIGHT_R | RIGHT_X | RIGHT_SHARE)
#define WRITABLE RIGHTS(RIGHT_R | RIGHT_W, RIGHT_R | RIGHT_W)
#define OPEN RIGHTS(RIGHTS_RWX, RIGHTS_ALL)
#define STAYS 64 /* frames that the launcher keeps for itself */

/* Where I see what I fill: GiB of my own space. */
#define SEEN_TEXT pages_address(0)
#define SEEN_CORE pages_address(1)
#define SEEN_LIST pages_address(2)

static const char no_memory[] = "does not fit into memory";

struct launch_start *first_start(void)
{
    return (struct launch_start *)(SEEN_CORE + LAUNCH_START - LAUNCH_CORE);
}

/* A table in an empty entry; 0: no memory. */
static uint64_t make_table(uint64_t entry, unsigned level, uint64_t owner,
                           uint64_t rights)
{
    uint64_t frame = frames_take(level, KIND_TABLE, owner);
    return frame != 0 && op_attach(entry, frame, rights, 0, 0) == OK ? frame
                                                                     : 0;
}

/* A page of mine that I see at `seen`, in entry i of a table; its frame. */
static uint64_t make_page(uint64_t table, uint64_t i, uint64_t seen,
                          unsigned rights)
{
    struct space mine = pages_own();
    uint64_t frame = 0;
    if (pages_fresh(&mine, seen, &frame) != OK ||
        op_attach(
            entry_name(table, i), frame,
            RIGHTS(rights, rights & RIGHT_W ? rights : rights | RIGHT_SHARE), 0,
            0) != OK) {
        return 0;
    }
    return frame;
}

/* One part of the library OS, in the table whose first page is at `base`. */
static const char *load_part(const struct part *p, uint64_t table,
                             uint64_t base, uint64_t seen)
{
    for (uint64_t at = p->start; at < p->end; at += FRAME_SIZE) {
        uint64_t done = at - p->start, here = seen + (at - base);
        uint64_t left = done < p->count ? p->count - done : 0;
        if (make_page(table, (at - base) / FRAME_SIZE, here, p->rights) == 0) {
            return no_memory;
        }
        memcpy((void *)here, p->bytes + done,
               left < FRAME_SIZE ? left : FRAME_SIZE);
    }
    return NULL;
}

/* The root image's GiB: its pages, in tables that are listed in the last. */
static const char *make_image(uint64_t gib)
{
    uint64_t pages = books_head()->image_size / FRAME_SIZE, table = 0;
    uint64_t last =
        make_table(entry_name(gib, TABLE_ENTRIES - 1), 2, SLOT_INIT, READ_ONLY);
    /* The last entry of the GiB is the list's. */
    if (pages / TABLE_ENTRIES >= TABLE_ENTRIES - 1) {
        return "has a root image of more than 1 GiB";
    }
    if (last == 0 ||
        make_page(last, TABLE_ENTRIES - 1, SEEN_LIST, RIGHT_R) == 0) {
        return no_memory;
    }
    for (uint64_t n = 0; n < pages; n++) {
        if (n % TABLE_ENTRIES == 0) {
            table = make_table(entry_name(gib, n / TABLE_ENTRIES), 2, SLOT_INIT,
                               READ_ONLY);
            ((uint32_t *)SEEN_LIST)[n / TABLE_ENTRIES] = (uint32_t)table;
        }
        if (table == 0 ||
            op_attach(entry_name(table, n % TABLE_ENTRIES),
                      books_head()->image_frame + n, READ_ONLY, 0, 0) != OK) {
            return no_memory;
        }
    }
    return NULL;
}

/* The empty process and its tables; its start page lists them. */
static const char *make_process(struct first *first, struct launch_start *s,
                                uint64_t context)
{
    const volatile struct process *me = books_process(SLOT_INIT);
    unsigned depth = (unsigned)books_head()->depth;
    s->slot = first->slot = books_find_slot();
    s->top = frames_take(depth, KIND_TABLE, SLOT_INIT);
    if (s->top == 0 ||
        op_create(s->slot, s->top, context,
                  ALLOWANCE(me->allowance - STAYS, me->slots - 1)) != OK) {
        return no_memory;
    }
    s->root = s->top;
    /* Five levels: all that we use is in the first entry of the top. */
    if (depth > 4) {
        s->root = make_table(entry_name(s->top, 0), 4, s->slot, OPEN);
    }
    s->directory = s->root == 0 ? 0
                                : make_table(entry_name(s->root, LAUNCH_INDEX),
                                             3, s->slot, OPEN);
    s->own = s->directory == 0
                 ? 0
                 : make_table(entry_name(s->directory, LAUNCH_OWN_ENTRY), 2,
                              s->slot, OPEN);
    return s->own == 0 ? no_memory : NULL;
}

/* The library OS's two tables; the frame of its context. */
static const char *load(const struct object *object, uint64_t text,
                        uint64_t core, uint64_t *context)
{
    const char *wrong = NULL;
    *context = make_page(core, 0, SEEN_CORE, RIGHT_R | RIGHT_W);
    if (*context == 0 ||
        make_page(core, 1, SEEN_CORE + FRAME_SIZE, RIGHT_R | RIGHT_W) == 0) {
        return no_memory;
    }
    for (unsigned i = 0; wrong == NULL && i < object->count; i++) {
        const struct part *p = &object->parts[i];
        bool is_text = p->end <= LAUNCH_TABLE;
        wrong = load_part(p, is_text ? text : core,
                          is_text ? 0 : LAUNCH_CORE - LAUNCH_BASE,
                          is_text ? SEEN_TEXT : SEEN_CORE);
        if (!is_text) {
            first_start()->core_pages =
                (p->end - (LAUNCH_CORE - LAUNCH_BASE)) / FRAME_SIZE;
        }
    }
    return wrong;
}

static void give_ports(const struct first *first)
{
    for (unsigned n = 0; n < GROUP_MAX; n++) {
        if (books_group(n)->kind == GROUP_PORTS) {
            op_attach(process_entry(first->slot), RESOURCE_PORTS(n), WRITABLE,
                      0, 0);
        }
    }
}

const char *first_make(const struct object *object, struct first *first)
{
    uint64_t text = frames_take(2, KIND_TABLE, SLOT_INIT);
    uint64_t core = frames_take(2, KIND_TABLE, SLOT_INIT);
    uint64_t image = frames_take(3, KIND_TABLE, SLOT_INIT), context = 0;
    const char *wrong =
        text == 0 || core == 0 || image == 0 ? no_memory : make_image(image);
    wrong = wrong == NULL ? load(object, text, core, &context) : wrong;
    struct launch_start *s = first_start();
    wrong = wrong == NULL ? make_process(first, s, context) : wrong;
    if (wrong != NULL) {
        return wrong;
    }
    s->text = text;
    s->image_table = image;
    s->image_frame = books_head()->image_frame;
    s->image_size = books_head()->image_size;
    if (op_attach(entry_name(s->directory, LAUNCH_TEXT_ENTRY), text, READ_ONLY,
                  0, 0) != OK ||
        op_attach(entry_name(s->directory, LAUNCH_CORE_ENTRY), core, WRITABLE,
                  0, 0) != OK ||
        op_attach(entry_name(s->root, LAUNCH_IMAGE_INDEX), image, READ_ONLY, 0,
                  0) != OK) {
        return no_memory;
    }
    give_ports(first);
    /* It starts with the registers that its context has: only where it
     * begins is not 0. */
    first->context = (volatile struct context *)SEEN_CORE;
    first->context->cpu.rip = LAUNCH_BASE + object->entry;
    return NULL;
}
