#include "span.h"

#include "boot/bootinfo.h"

bool span_cut(struct span *from, uint64_t bytes, struct span *piece)
{
    if (bytes > from->left) {
        return false;
    }
    *piece = (struct span){from->at, bytes};
    *from = (struct span){from->at + bytes, from->left - bytes};
    return true;
}

uint32_t span_32(struct span *from)
{
    struct span piece;
    return span_cut(from, 4, &piece) ? read32(piece.at) : 0;
}

uint64_t span_64(struct span *from)
{
    struct span piece;
    return span_cut(from, 8, &piece) ? read64(piece.at) : 0;
}

uint64_t span_string(struct span from, char *to, uint64_t room)
{
    for (uint64_t i = 0; i < from.left; i++) {
        if (i < room) {
            to[i] = (char)from.at[i];
        }
        if (from.at[i] == 0) {
            return i;
        }
    }
    return UINT64_MAX;
}
