/*
 * attach, as a list of conditions: each line is a line of the contract.
 */
#include "../../mine/path.h"
#include "core/accept.h"
#include "core/group.h"
#include "core/process.h"
#include "ops/operations.h"

#define REFUSE(error, condition)                                               \
    do {                                                                       \
        if (condition) {                                                       \
            return (error);                                                    \
        }                                                                      \
    } while (0)

static bool is_resource(unsigned kind)
{
    return kind == KIND_MEMORY || kind == KIND_TABLE || kind == KIND_DEVICE;
}

static enum error check_claim(uint64_t me, uint64_t resource, unsigned asked,
                              uint64_t source, uint64_t via)
{
    struct path path =
        via ? (struct path){via, source} : (struct path){source, 0};
    unsigned passed;
    enum error error;
    if (source == 0) {
        return process_owns(me, resource) ? OK : E_OWNER;
    }
    error = path_follow(me, path, resource, &passed);
    REFUSE(error, error != OK);
    REFUSE(E_RIGHTS, !(passed & RIGHT_SHARE));
    REFUSE(E_RIGHTS, (asked & passed) != asked);
    return OK;
}

static enum error check_all(uint64_t me, uint64_t entry, uint64_t resource,
                            uint64_t rights, uint64_t source, uint64_t via)
{
    const struct frame *table = &frames[entry / TABLE_ENTRIES];
    const struct frame *r = &frames[resource];
    unsigned ceiling = rights_ceiling(rights);
    enum error error;
    REFUSE(E_KIND, table->kind != KIND_TABLE);
    REFUSE(E_GIVEN, table->flags & FRAME_GIVEN);
    REFUSE(E_BUSY, entry_load(entry).bits & PTE_P);
    error = accept_check(me, entry, resource, ceiling);
    REFUSE(error, error != OK);
    REFUSE(E_KIND, !is_resource(r->kind));
    REFUSE(E_GIVEN, r->flags & FRAME_GIVEN);
    REFUSE(E_LEVEL, r->level + 1 != table->level);
    REFUSE(E_RIGHTS, r->kind == KIND_DEVICE && (ceiling & RIGHT_X));
    error = check_claim(me, resource, ceiling, source, via);
    REFUSE(error, error != OK);
    REFUSE(E_FULL, r->refs + 1 == 0);
    return OK;
}

enum error op_attach(uint64_t me, uint64_t entry, uint64_t resource,
                     uint64_t rights, uint64_t source, uint64_t via)
{
    struct frame *r;
    enum error error;
    REFUSE(E_RANGE, entry >= ENTRIES_MAX);
    if (process_is_directory(entry)) {
        return group_attach(me, entry % TABLE_ENTRIES, resource, rights);
    }
    REFUSE(E_RANGE, resource >= FRAMES_MAX);
    REFUSE(E_RANGE, source >= ENTRIES_MAX || via >= ENTRIES_MAX);
    REFUSE(E_RIGHTS, !rights_valid(rights));
    error = check_all(me, entry, resource, rights, source, via);
    REFUSE(error, error != OK);
    r = &frames[resource];
    entry_store(entry, link_make(resource, r->kind, r->level, rights));
    r->refs += 1;
    frames[entry / TABLE_ENTRIES].live += 1;
    return OK;
}
