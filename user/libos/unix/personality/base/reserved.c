/*
 * The personality cannot call malloc, and its variables are copied by each
 * fork. So what may become large (many regions, many threads, long arguments)
 * has fixed places in the process's own memory, where untouched pages cost
 * nothing, and where fork's copy-on-write works as for the program.
 */
#include "libos/unix/personality/base/reserved.h"

#include "abi/rights.h"
#include "libos/unix/personality/base/host.h"

static const struct part {
    uint64_t start, size;
} parts[] = {
    {RESERVED_REGIONS, RESERVED_REGIONS_SIZE},
    {RESERVED_THREADS, RESERVED_THREADS_SIZE},
    {RESERVED_ARGV, RESERVED_ARGV_SIZE},
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

int64_t reserved_begin(void)
{
    for (unsigned i = 0; i < PARTS; i++) {
        int64_t error =
            host_map(parts[i].start, parts[i].size, RIGHT_R | RIGHT_W);
        if (error) {
            return error;
        }
    }
    return 0;
}

_Bool reserved_has(uint64_t va)
{
    for (unsigned i = 0;
         va - RESERVED_START < RESERVED_END - RESERVED_START && i < PARTS;
         i++) {
        if (va >= parts[i].start && va - parts[i].start < parts[i].size) {
            return 1;
        }
    }
    return 0;
}
