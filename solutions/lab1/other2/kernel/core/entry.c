/*
 * Exercise 1.2. Page-table entries, drawn as bit-fields.
 */
#include "core/entry.h"

/* As arch/paging.h draws it, from bit 0 up. */
union drawn {
    uint64_t bits;
    struct {
        uint64_t present : 1, writable : 1, user : 1, write_through : 1;
        uint64_t uncached : 1, accessed : 1, dirty : 1, large : 1;
        uint64_t ignored : 4, frame : 40, also_ignored : 11, no_execute : 1;
    };
};

static pte with_rights(union drawn e, unsigned rights)
{
    if ((rights & RIGHT_R) == 0) {
        return (pte){0};
    }
    e.present = 1;
    e.writable = (rights & RIGHT_W) != 0;
    e.no_execute = (rights & RIGHT_X) == 0;
    return (pte){e.bits};
}

pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    union drawn e = {.bits = 0};
    e.frame = frame;
    e.user = (how & ENTRY_USER) != 0;
    e.uncached = (how & ENTRY_UNCACHED) != 0;
    e.write_through = e.uncached;
    e.large = level != 1 && (how & ENTRY_TABLE) == 0;
    return with_rights(e, rights);
}

unsigned entry_rights(pte e)
{
    union drawn drawn = {e.bits};
    unsigned rights = 0;
    if (drawn.present) {
        rights = RIGHT_R;
    }
    if (drawn.present && drawn.writable) {
        rights |= RIGHT_W;
    }
    if (drawn.present && !drawn.no_execute) {
        rights |= RIGHT_X;
    }
    return rights;
}

bool entry_is_page(pte e, unsigned level)
{
    union drawn drawn = {e.bits};
    return drawn.present && (drawn.large || level == 1);
}

uint64_t entry_frame(pte e, unsigned level)
{
    union drawn drawn = {e.bits};
    uint64_t frame = drawn.frame;
    if (entry_is_page(e, level)) {
        frame -= frame % (level_size(level) / FRAME_SIZE);
    }
    return frame;
}

pte entry_with_rights(pte e, unsigned rights)
{
    return with_rights((union drawn){e.bits}, rights);
}
