/*
 * A process that ends takes itself apart, since it alone knows what its tables
 * hold. One that crashed inside its library OS did not, and its parent can read
 * neither its tables nor, safely, its copies of them. But the books say which
 * frames it owns, and two operations tell what an entry holds without showing
 * it:
 *
 *   attach of anything    E_BUSY: the entry is live
 *   update to no rights   OK: it held that resource, and does no more
 *
 * Trying all that is attached anywhere is slow, and always ends.
 */
#include "libos/min/strip.h"

#include <stdbool.h>

#include "lib/books.h"
#include "lib/frames.h"
#include "lib/operations.h"
#include "libos/min/process.h"

/* attach looks at the entry before it looks at what it is to attach, which is
 * here no resource at all. */
static bool is_live(uint64_t entry)
{
    return op_attach(entry, books_head()->directory, RIGHTS(RIGHT_R, RIGHT_R),
                     0, 0) == E_BUSY;
}

/* Detaches what a live entry holds: tries all that is attached anywhere. */
static void detach_unknown(uint64_t entry)
{
    uint64_t f = 0;
    do {
        if (books_frame(f)->refs != 0 &&
            op_update(entry, f, RIGHTS_NONE) == OK) {
            return;
        }
        f = books_after(f);
    } while (f != 0);
}

static void strip_table(uint64_t table)
{
    for (unsigned i = 0; i < TABLE_ENTRIES && books_frame(table)->live; i++) {
        if (is_live(entry_name(table, i))) {
            detach_unknown(entry_name(table, i));
        }
    }
}

/* Its children become mine, and are ended. */
static void end_children(uint64_t slot)
{
    for (uint64_t s = SLOT_INIT + 1; s < PROCESS_MAX; s++) {
        const volatile struct process *p = books_process(s);
        if (p->state == PROCESS_FREE || p->parent != slot) {
            continue;
        }
        op_create(s, p->table, p->context, ALLOWANCE(0, 0));
        op_update(process_entry(s), p->table, RIGHTS_NONE);
        strip_process(s);
    }
}

void strip_process(uint64_t slot)
{
    uint64_t end = books_head()->frames;
    end_children(slot);
    for (uint64_t f = 0; f < end; f++) {
        if (books_frame(f)->owner == slot &&
            books_frame(f)->kind == KIND_TABLE) {
            strip_table(f);
        }
    }
    for (uint64_t f = 0; f < end; f++) {
        if (books_frame(f)->owner == slot) {
            frames_give(f);
        }
    }
    op_update(process_entry(slot), RESOURCE_NONE, RIGHTS_NONE);
}
