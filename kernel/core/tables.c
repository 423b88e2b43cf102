#include "core/tables.h"

void frame_clear(uint64_t frame)
{
    arch_clear(&entries[entry_name(frame, 0)]);
}
