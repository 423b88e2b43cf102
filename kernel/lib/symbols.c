/*
 * From an address to a function's name, for backtraces. The build links the
 * kernel twice: the names come out of the first image and go behind everything
 * else into the second, so that no address moves.
 */
#include "lib/symbols.h"

#include "lib/image.h"

/* Sorted by address; the last one is the end of the text. An image that is
 * not yet linked for good has none. */
struct symbol {
    uint64_t address;
    const char *name;
};

extern const struct symbol symbols[] __attribute__((weak));
extern const uint64_t symbols_count __attribute__((weak));

const char *symbols_find(uint64_t address, uint64_t *into)
{
    uint64_t n = 0;
    *into = 0;
    if (!&symbols_count || !image_is_text(address)) {
        return "?";
    }
    while (n + 1 < symbols_count && symbols[n + 1].address <= address) {
        n++;
    }
    *into = address - symbols[n].address;
    return symbols[n].name;
}
