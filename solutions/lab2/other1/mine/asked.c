#include "asked.h"

#include "core/link.h"

enum error asked_range(const struct asked *a)
{
    bool kind = a->kind == KIND_FREE ||
                (a->kind >= KIND_MEMORY && a->kind <= KIND_DEVICE);
    bool level = a->level - 1 < LEVEL_MAX;
    return kind && level && a->frame < FRAMES_MAX && a->owner < ENTRIES_MAX
               ? OK
               : E_RANGE;
}

enum error asked_fits(const struct asked *a, uint64_t kind)
{
    if (frames[a->frame].kind != kind) {
        return E_KIND;
    }
    return frames[a->frame].level == a->level ? OK : E_LEVEL;
}
