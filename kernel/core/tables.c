#include "core/tables.h"

void frame_clear(uint64_t frame)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        entry_store(entry_name(frame, i), (pte){0});
    }
}
