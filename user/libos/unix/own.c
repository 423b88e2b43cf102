#include "libos/unix/own.h"

#include "abi/rights.h"
#include "libos/unix/host.h"

static const struct part {
    uint64_t start, size;
} parts[] = {
    {OWN_REGIONS, OWN_REGIONS_SIZE},
    {OWN_THREADS, OWN_THREADS_SIZE},
    {OWN_STRINGS, OWN_STRINGS_SIZE},
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

int64_t own_begin(void)
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

_Bool own_has(uint64_t va)
{
    for (unsigned i = 0; va - OWN_START < OWN_END - OWN_START && i < PARTS;
         i++) {
        if (va >= parts[i].start && va - parts[i].start < parts[i].size) {
            return 1;
        }
    }
    return 0;
}
