#include "side.h"

void side_look(struct side *side, uint64_t entry, uint64_t resource)
{
    side->name = entry;
    side->table = entry / TABLE_ENTRIES;
    side->owner = frames[side->table].owner;
    side->resource = resource;
    side->page = resource < FRAMES_MAX ? &frames[resource] : NULL;
    side->held = entry_load(entry);
}

enum error side_gives(const struct side *side)
{
    const struct frame *page = side->page;
    if (page == NULL || !link_holds(side->held, side->resource)) {
        return E_MATCH;
    }
    return page->flags & FRAME_GIVEN    ? E_GIVEN
           : page->owner != side->owner ? E_OWNER
           : page->refs > 1             ? E_SHARED
           : page->flags & FRAME_VITAL  ? E_VITAL
                                        : OK;
}
