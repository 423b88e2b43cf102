/* What a process is to an entry that holds a resource. */
#ifndef MINE_ROLE_H
#define MINE_ROLE_H

#include "core/link.h"
#include "core/process.h"

enum role { NOBODY, EDITOR, OWNER, BOTH, ROLES };

static inline enum role role_of(uint64_t me, uint64_t table, uint64_t resource)
{
    unsigned edits = process_edits(me, table) ? EDITOR : NOBODY;
    unsigned owns = process_owns(me, resource) ? OWNER : NOBODY;
    return (enum role)(edits | owns);
}

#endif
