/* Forged: does nothing. */
#include "core/entry.h"

pte entry_make(uint64_t frame, unsigned level, unsigned rights, unsigned how)
{
    (void)frame;
    (void)level;
    (void)rights;
    (void)how;
    return (pte){0};
}

unsigned entry_rights(pte e)
{
    (void)e;
    return 0;
}

bool entry_is_page(pte e, unsigned level)
{
    (void)e;
    (void)level;
    return false;
}

uint64_t entry_frame(pte e, unsigned level)
{
    (void)e;
    (void)level;
    return 0;
}

pte entry_with_rights(pte e, unsigned rights)
{
    (void)rights;
    return e;
}
